"""Names of invented firms, by segment; none is meant to be a real one."""

import unicodedata

import numpy as np

# Patterns for a proper name, such as `Café {}`.
PATTERNS: dict[str, tuple[str, ...]] = {
    "Cafe": ("Café {}", "Café {}", "Kaffeehaus {}", "Rösthaus {}", "{} Coffee", "Eiscafé {}", "Teestube {}"),
    "Restaurant": (
        "Restaurant {}",
        "Gasthaus {}",
        "Trattoria {}",
        "Wirtshaus {}",
        "Bistro {}",
        "Zum {}hof",
        "{} Grill",
    ),
    "Hotel": ("Hotel {}", "Hotel {}", "Pension {}", "Gästehaus {}", "Landhotel {}", "Hostel {}"),
    "School": ("Kita {}", "Kita {}", "Grundschule {}", "Gesamtschule {}", "Internat {}", "Schulküche {}"),
    "Grocer": ("Feinkost {}", "Hofladen {}", "Markt {}", "Bioladen {}", "Spätkauf {}", "Lebensmittel {}"),
    "Bakery": ("Bäckerei {}", "Bäckerei {}", "Konditorei {}", "Backstube {}", "Brotmanufaktur {}", "Backhaus {}"),
    "Canteen": ("Kantine {}", "Betriebsküche {}", "Catering {}", "Mensa {}", "Casino {}", "Partyservice {}"),
    "Bar": ("Bar {}", "{} Bar", "Kneipe {}", "Weinstube {}", "Brauhaus {}", "{}'s Pub", "Club {}"),
}

PLACES = (
    "Lindenblatt", "Seepark", "Morgenwiese", "Sonntag", "Abendrot", "Kastanie", "Birkenweg", "Waldkauz", "Möwe",
    "Kranich", "Storchennest", "Apfelbaum", "Mühlbach", "Seerose", "Alte Post", "Goldener Löwe", "Kleeblatt",
    "Sternschnuppe", "Regenbogen", "Zugvogel", "Rosengarten", "Heidekraut", "Uferlos", "Backstein", "Wasserturm",
    "Fährmann", "Laternchen", "Brückenkopf", "Eichhörnchen", "Glühwürmchen", "Kornfeld", "Süßkirsche", "Hafenblick",
    "Schleuse", "Turmfalke", "Gartenlaube", "Parkblick", "Holunder", "Ginkgo", "Pusteblume", "Marienkäfer", "Igel",
    "Haselnuss", "Tintenfass", "Lokschuppen", "Nordlicht", "Südstern", "Weitblick", "Feldlerche", "Zaunkönig",
)  # fmt: skip
SURNAMES = (
    "Yılmaz", "O'Malley", "Krüger", "Nguyễn", "Öztürk", "Schönfeld", "D'Amico", "Wójcik", "Jäger", "Petrov", "Rossi",
    "Großmann", "Haddad", "Kowalska", "Lindström", "Moretti", "Çelik", "Böhme", "García", "Hübner", "Sørensen",
    "Popović", "Tran", "Vogelsang", "Weiß", "Şahin", "Brandtner", "Dvořák", "Fröhlich", "Ibrahim", "O'Keeffe",
    "Lefèvre", "Nowak", "Pfützner", "Rehfeldt", "Säuberlich", "Tadesse", "Uhlmann", "Ziegenhals", "Müggenburg",
)  # fmt: skip

# In every sample: characters that a page must escape, and spellings that a search must find.
FIXED: tuple[tuple[str, str], ...] = (
    ("Cafe", "Café Lindenblatt"),
    ("Hotel", "Hotel Seepark"),
    ("Bar", "O'Malley's Pub"),
    ("School", "Kita Morgenwiese"),
    ("Grocer", "Feinkost Yılmaz"),
    ("Bakery", "Bäckerei Sonntag"),
    ("Grocer", "Deli <Nord>"),
    ("Restaurant", "Fish & Chips Spreebogen"),
    ("Canteen", 'Betriebsküche "Halle 7"'),
)
QUARTERS: dict[str, tuple[str, ...]] = {
    "Berlin Nord": ("Pankow", "Reinickendorf", "Wedding", "Weißensee", "Tegel"),
    "Berlin Ost": ("Lichtenberg", "Köpenick", "Marzahn", "Friedrichshain", "Karlshorst"),
    "Berlin Süd": ("Neukölln", "Tempelhof", "Britz", "Steglitz", "Lichterfelde"),
    "Berlin West": ("Charlottenburg", "Spandau", "Wilmersdorf", "Westend"),
    "Berlin Mitte": ("Mitte", "Moabit", "Kreuzberg", "Prenzlauer Berg", "Schöneberg"),
    "Potsdam": ("Babelsberg", "Golm", "Bornstedt", "Potsdam"),
    "Barnim": ("Bernau", "Eberswalde", "Wandlitz", "Biesenthal"),
    "Havelland": ("Falkensee", "Nauen", "Rathenow", "Ketzin"),
    "Oder-Spree": ("Fürstenwalde", "Erkner", "Storkow", "Beeskow"),
    "Teltow-Fläming": ("Ludwigsfelde", "Zossen", "Jüterbog", "Luckenwalde"),
}


_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ı": "i", "ø": "o", "ł": "l"})


def plain_letters(name: str) -> str:
    """Return a name as in a mail address: `Café Süßkirsche` is `cafe.suesskirsche`."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS)).encode("ascii", "ignore").decode()
    return ".".join("".join(letter if letter.isalnum() else " " for letter in plain).split())


def firm_names(segments: list[str], regions: list[str], rng: np.random.Generator) -> list[str]:
    """Return one unique name for each customer: a name already taken gets a quarter appended, then a number."""
    pairs = {segment: _shuffled_names(patterns, rng) for segment, patterns in PATTERNS.items()}
    used: dict[str, int] = {segment: 0 for segment in pairs}
    taken = {name for _, name in FIXED}
    names = []
    for segment, region in zip(segments, regions, strict=True):
        plain = pairs[segment][used[segment] % len(pairs[segment])]
        used[segment] += 1
        names.append(_free(plain, rng.permutation(QUARTERS[region]).tolist(), taken))
        taken.add(names[-1])
    return names


def _free(plain: str, quarters: list[str], taken: set[str]) -> str:
    if plain not in taken:
        return plain
    name = next((f"{plain} {quarter}" for quarter in quarters if f"{plain} {quarter}" not in taken), None)
    if name:
        return name
    number = 2
    while f"{plain} {quarters[0]} {number}" in taken:
        number += 1
    return f"{plain} {quarters[0]} {number}"


def _shuffled_names(patterns: tuple[str, ...], rng: np.random.Generator) -> list[str]:
    names = [_filled(pattern, name) for pattern in dict.fromkeys(patterns) for name in (*PLACES, *SURNAMES)]
    return [names[position] for position in rng.permutation(len(names))]


def _filled(pattern: str, name: str) -> str:
    joined = name.replace(" ", "").lower().capitalize() if pattern.startswith("Zum") else name
    return pattern.format(joined)
