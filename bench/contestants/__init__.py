"""Those who compete. Each function opens one: a database's URL and a number of connections give an application."""
