"""What nobody should do to the service: odd bodies, kills, outages, histories told in every order."""
