"""Those who compete. Each is opened with a database's URL and a number of connections."""
