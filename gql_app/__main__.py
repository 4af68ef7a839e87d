"""`python -m gql_app` is `gql-app`."""

from gql_app.cli import main

main()
