"""What `gql-app doctor` looks at: a function for each part, which says what it found and what to do about it."""
