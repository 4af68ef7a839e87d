"""The names, streets and goods that the story chooses from."""

from typing import NamedTuple


class Place(NamedTuple):
    """A city someone may live in; `postal_code` and `phone` have a # for each digit left to chance."""

    city: str
    state: str
    country: str
    street: str
    postal_code: str
    phone: str
    currency: str


class Product(NamedTuple):
    """Something the shop sells; the price is in minor units."""

    id: str
    name: str
    price: int


# 41 and 37 have no common divisor: walking through both at once repeats no pair for 1,517 people.
_FIRST = (
    "Amara Björn Chiara Dmitri Elif Farid Greta Hana Ibrahim Joana Kwame Leïla Mateo Nadia Oskar Priya "
    "Quentin Rosa Santiago Thandiwe Umar Valeria Wanjiru Ximena Yusuf Zoë Anjali Benoît Catalina Diego "
    "Esperança Fatima Giulia Haruto Ingrid Jamal Keiko Lucía Mihai Noor Oluwaseun"
)
_LAST = (
    "Okafor Lindqvist Rossi Ivanov Öztürk Haddad Weber Sato Diallo Pereira Mensah Benali Herrera Kowalska "
    "Nyström Sharma Dubois Jiménez Romero Dlamini Siddiqui Costa Kamau Delgado Demir Janssen Rao Lefèvre "
    "Vargas Castillo Almeida Rahman Moretti Tanaka Berg Popescu Adeyemi"
)
FIRST_NAMES, LAST_NAMES = tuple(_FIRST.split()), tuple(_LAST.split())

PLACES = (
    Place("Nottingham", "England", "United Kingdom", "Hammer Street", "NG# #DB", "+44 115 496 0###", "GBP"),
    Place("Bristol", "England", "United Kingdom", "Harbourside Walk", "BS# #TQ", "+44 117 496 0###", "GBP"),
    Place("Edinburgh", "Scotland", "United Kingdom", "Candlemaker Row", "EH# #QE", "+44 131 496 0###", "GBP"),
    Place("Hamburg", "Hamburg", "Germany", "Elbchaussee", "22###", "+49 40 66969 ###", "EUR"),
    Place("Berlin", "Berlin", "Germany", "Weserstraße", "120##", "+49 30 23125 ###", "EUR"),
    Place("Lyon", "Auvergne-Rhône-Alpes", "France", "Rue Mercière", "6900#", "+33 4 65 71 ## ##", "EUR"),
    Place("Porto", "Porto", "Portugal", "Rua das Flores", "4050-###", "+351 22 555 ####", "EUR"),
    Place("Valencia", "Comunitat Valenciana", "Spain", "Carrer de Colom", "460##", "+34 96 555 ####", "EUR"),
    Place("Bologna", "Emilia-Romagna", "Italy", "Via Zamboni", "401##", "+39 051 555 ####", "EUR"),
    Place("Utrecht", "Utrecht", "Netherlands", "Oudegracht", "35## AB", "+31 30 555 ####", "EUR"),
    Place("Toronto", "Ontario", "Canada", "Maple Leaf Road", "M#B #L1", "+1 416 555 01##", "CAD"),
    Place("Montréal", "Québec", "Canada", "Rue Saint-Denis", "H#X #K9", "+1 514 555 01##", "CAD"),
    Place("Portland", "Oregon", "United States", "Burnside Street", "972##", "+1 503 555 01##", "USD"),
    Place("Austin", "Texas", "United States", "Barton Springs Road", "787##", "+1 512 555 01##", "USD"),
)

GOODS = (
    ("Star Thermal Bottle", 2500),
    ("Linen Picnic Blanket", 4490),
    ("Enamel Camping Mug", 1290),
    ("Waxed Canvas Rucksack", 11900),
    ("Merino Hiking Socks", 1850),
    ("Folding Pocket Knife", 3600),
    ("Solar Reading Lamp", 5990),
    ("Beeswax Food Wraps", 1490),
    ("Cast-Iron Skillet", 6900),
    ("Cork Yoga Mat", 5400),
    ("Wind-Up Radio", 4200),
    ("Two-Person Tent", 24900),
)

DESCRIPTIONS = (
    "Newsletter subscriber",
    "Met at the spring market",
    "Prefers a call to an e-mail",
    "Wholesale inquiry pending",
)
LANGUAGES = ("en", "de", "fr", "pt", "es", "it", "nl")
CHANNELS = ("Website", "Mobile app", "Shop", "Market stall")
INTERESTS = ("camping", "cooking", "cycling", "gardening", "hiking", "yoga")
GIFT_REASONS = (
    "Thank you for the review",
    "Birthday surprise",
    "Sorry for the delay",
    "Brought the bottle back",
)
