"""What nobody should do to the service, done to it: odd bodies, kills, outages, histories told in every order."""
