"""The families of products with a long shelf life, read by `families.py`. Brands and suppliers are invented."""

STORE: dict[str, tuple[dict[str, str], str]] = {
    "Coffee and tea": (
        {
            "": "Rösterei Kranichfeld",
            "Rosetti": "Torrefazione Rosetti: Coffee",
            "Nordwind": "Nordwind Kaffee und Tee",
            "Alta Sera": "D'Alessio Caffè: Coffee, Chocolate drinks",
        },
        """
Coffee | Espresso beans | Crema, Classico, Forte, Bar, Decaf, Organic | 1 kg bag 16.90, 250 g bag 4.95, 8 x 1 kg case 128
Coffee | Filter coffee | Mild, Classic, Gala, Organic, Decaf | 500 g bag 6.45, 1 kg bag 12.40, 80 x 60 g case 64
Coffee | Café crème beans | Lungo, Gold, Organic, Highland | 1 kg bag 14.90, 8 x 1 kg case 112
Coffee | Instant coffee | Classic, Gold, Decaf | 200 g jar 7.80, 500 g tin 16.50, 12 x 200 g case 89
Tea | Black tea | Assam, Darjeeling, Earl Grey, East Frisian, English Breakfast | 25 bags box 3.95, 100 bags box 12.90, 250 g bag 8.40
Tea | Herbal tea | Peppermint, Camomile, Fennel, Rooibos, Verbena, Herb garden | 25 bags box 3.45, 100 bags box 11.50
Tea | Green tea | Sencha, Jasmine, Gunpowder, Matcha blend | 25 bags box 4.60, 250 g bag 9.80
Chocolate drinks | Drinking chocolate | Dark, Classic, White, Chilli | 1 kg tin 9.90, 10 x 1 kg case 92, 50 x 25 g case 18.40
Chocolate drinks | Chai latte powder | Vanilla, Spiced, Elephant, Green | 1 kg tin 13.80, 6 x 1 kg case 77
""",  # noqa: E501 - one line a family
    ),
    "Dry goods": (
        {
            "": "Mühlenwerke Spreetal",
            "Mühlenglück": "Gebrüder Hässler Mühlen: Flour, Baking",
            "Casa Lucia": "Casa Lucia Pastificio: Pasta, Tinned",
            "Gökçe": "Gökçe Gıda Import: Rice and pulses, Tinned",
        },
        """
Flour | Wheat flour | Type 405, Type 550, Type 1050, Tipo 00, Wholemeal | 10 kg sack 8.90, 25 kg sack 19.50, 10 x 1 kg case 9.40
Flour | Rye flour | Type 997, Type 1150, Wholemeal | 10 kg sack 9.60, 25 kg sack 21.80
Baking | Baker's yeast | Fresh, Dry, Organic | 1 kg block 2.60, 500 g bag 4.30, 12 x 42 g case 3.20
Baking | Sugar | Fine, Icing, Cane, Pearl | 10 kg sack 11.90, 25 kg sack 28.50, 10 x 1 kg case 12.60
Pasta | Spaghetti | No. 5, Wholemeal, Egg, Gluten-free | 5 kg bag 9.80, 12 x 500 g case 14.40, 3 kg bag 6.30
Pasta | Penne | Rigate, Lisce, Wholemeal, Tricolore | 5 kg bag 9.90, 12 x 500 g case 14.60
Pasta | Lasagne sheets | Yellow, Green, Egg | 5 kg box 14.80, 12 x 500 g case 16.90
Rice and pulses | Rice | Basmati, Parboiled, Jasmine, Risotto, Baldo | 5 kg bag 11.20, 10 kg sack 20.90, 25 kg sack 47.50
Rice and pulses | Lentils | Red, Brown, Beluga, Mountain | 5 kg bag 13.50, 10 x 1 kg case 27.80
Rice and pulses | Chickpeas | Large, Kabuli, Tinned | 5 kg bag 12.90, 6 x 2.5 kg case 24.60
Tinned | Pizza tomatoes | Diced, Passata, Pelati, Fine pulp | 10 kg tin 16.40, 6 x 2.5 kg case 21.60, 3 x 4.1 kg case 17.80
Tinned | Sweetcorn | Gold, Supersweet | 6 x 2.1 kg case 19.80, 12 x 340 g case 11.40
""",  # noqa: E501 - one line a family
    ),
    "Oils and sauces": (
        {
            "": "Ölmühle Havelberg",
            "Sonnenhang": "Sonnenhang Feinkost: Sauces, Soups",
            "Oliveto": "Fratelli Oliveto: Oils, Vinegar",
            "Küchenmeisterei": "Küchenmeisterei Brückner & Söhne: Sauces, Soups, Vinegar",
        },
        """
Oils | Bratöl | -, High oleic, Organic, With butter flavour | 10 l canister 24.90, 15 x 1 l case 39.50, 5 l canister 13.20
Oils | Rapeseed oil | Refined, Cold-pressed, Organic | 10 l canister 21.80, 15 x 1 l case 33.90
Oils | Olive oil | Extra virgin, Mild, Pomace, Cretan | 5 l tin 39.80, 12 x 750 ml case 82, 3 l tin 24.90
Oils | Frying fat | Solid, Liquid, Palm-free | 10 l canister 26.90, 10 kg block 28.40
Vinegar | Balsamic vinegar | Di Modena, White, Crema | 5 l canister 15.80, 6 x 500 ml case 17.40
Sauces | Ketchup | Tomato, Curry, Hot, Less sugar | 10 kg bucket 15.90, 12 x 500 ml case 18.60, 100 x 20 ml case 9.80
Sauces | Mayonnaise | 80 % fat, Light, Vegan, Salad cream | 10 kg bucket 21.50, 12 x 500 ml case 22.40, 100 x 20 ml case 10.20
Sauces | Mustard | Medium hot, Hot, Sweet, Dijon, Grain | 5 kg bucket 9.80, 10 kg bucket 17.90, 12 x 250 ml case 12.60
Sauces | Burger sauce | Classic, Smoky, Chilli, Jalapeño | 1 l bottle 5.40, 8 x 875 ml case 39.80
Sauces | Salsa | Mild, Hot, Verde, Mango | 2.2 kg jar 9.90, 6 x 315 g case 13.80
Sauces | Soy sauce | Dark, Light, Tamari, Sweet | 5 l canister 17.60, 12 x 500 ml case 29.40
Soups | Vegetable stock | Clear, Granulated, Organic, No salt | 5 kg bucket 24.80, 1 kg tin 6.90
""",  # noqa: E501 - one line a family
    ),
    "Drinks": (
        {
            "": "Getränkehof Märkische Heide",
            "Spreequell Hain": "Hainer Brunnen: Water, Soft drinks, Juices",
            "Kastanie": "Brauhaus zur Kastanie: Beer, Spirits",
            "Zisch": "Zisch Limonaden: Soft drinks",
        },
        """
Water | Mineral water | Still, Sparkling, Medium | 12 x 0.7 l crate 6.90, 24 x 0.25 l crate 9.80, 6 x 1.5 l pack 3.90
Soft drinks | Cola | Classic, Zero, Mate, Cherry | 24 x 0.33 l crate 17.90, 12 x 1 l crate 12.80, 20 l keg 44
Soft drinks | Lemonade | Lemon, Orange, Ginger, Elderflower, Rhubarb | 24 x 0.33 l crate 18.40, 12 x 1 l crate 13.20
Soft drinks | Iced tea | Peach, Lemon, Hibiscus, Mint | 24 x 0.33 l crate 19.60, 6 x 1.5 l pack 8.40
Juices | Apple juice | Clear, Cloudy, Organic, Spritzer | 6 x 1 l crate 9.60, 24 x 0.2 l crate 14.80, 10 l box 18.90
Juices | Orange juice | Not from concentrate, Classic, With pulp, Blood orange | 6 x 1 l crate 12.90, 24 x 0.2 l crate 18.80
Beer | Pilsner | Classic, Unfiltered, Alcohol-free, Organic | 20 x 0.5 l crate 15.90, 24 x 0.33 l crate 17.40, 30 l keg 79
Beer | Wheat beer | Pale, Dark, Crystal, Alcohol-free | 20 x 0.5 l crate 17.80, 30 l keg 88
Wine | House wine | Riesling, Pinot Grigio, Merlot, Rosé, Grüner Veltliner | 6 x 0.75 l case 27, 10 l box 34.50, 6 x 1 l case 24.90
Wine | Prosecco | Frizzante, Spumante, Rosé | 6 x 0.75 l case 33, 24 x 0.2 l case 46
Wine | Mulled wine | Red, White, Blueberry, Children's punch | 10 l box 29.80, 6 x 1 l case 18.90 | 11-12
Spirits | Gin | London Dry, Sloe, Spreewald | 0.7 l bottle 13.90, 6 x 0.7 l case 79
""",  # noqa: E501 - one line a family
    ),
    "Sweets and snacks": (
        {
            "": "Zuckerwerk Lübbenau",
            "Schäfchen": "Schäfchen Süßwaren",
            "Knusperhof": "Knusperhof Uckermark",
            "Mandorla": "Pasticceria Mandorla: Biscuits, Spreads, Confectionery",
        },
        """
Biscuits | Coffee biscuits | Caramel, Almond, Cantuccini, Butter | 300 x 6 g case 16.90, 200 x 8 g case 15.80, 1 kg box 8.40
Biscuits | Waffle biscuits | Hazelnut, Vanilla, Lemon, Cocoa | 24 x 75 g case 18.60, 2.5 kg box 14.80
Chocolate | Chocolate bars | Milk, Dark, Nut, White, Marzipan | 24 x 100 g case 22.80, 100 x 10 g case 19.40
Chocolate | Couverture | Dark 56 %, Milk 35 %, White 29 % | 2.5 kg bag 27.90, 10 kg box 98
Confectionery | Fruit gums | Bears, Sour worms, Cola bottles, Vegan | 1 kg tub 6.80, 100 x 10 g case 9.90, 20 x 200 g case 21.40
Confectionery | Lebkuchen | Elisen, Hearts, Glazed, Chocolate | 20 x 200 g case 38.50, 2.5 kg box 21.80 | 10-12
Snacks | Crisps | Salted, Paprika, Salt & vinegar, Sour cream | 10 x 175 g case 12.90, 20 x 40 g case 11.80
Snacks | Nacho chips | Natural, Cheese, Chilli, Blue corn | 12 x 450 g case 29.80, 1 kg bag 5.90
Snacks | Roasted nuts | Peanuts, Cashews, Almonds, Bar mix | 1 kg bag 9.80, 12 x 150 g case 21.60
Spreads | Jam | Strawberry, Apricot, Sour cherry, Plum, Orange | 100 x 25 g case 13.90, 4 kg bucket 17.80
Spreads | Hazelnut spread | Classic, Dark, Vegan | 3 kg bucket 18.90, 120 x 20 g case 24.60
""",  # noqa: E501 - one line a family
    ),
    "Disposables and packaging": (
        {
            "": "Verpackung Oderland",
            "GrünPack": "GrünPack Verpackungen",
            "Tüteling": "Tüteling Papierwaren: Bags, Table, Cups",
            "Papyra": "Papyra Table & Gastro: Table, Kitchen",
        },
        """
Cups | Paper cups | 200 ml, 300 ml, 400 ml, Double wall, Kraft | 1,000 pieces case 54, 50 pieces pack 3.90
Cups | Cup lids | 80 mm, 90 mm, Sip, Plant fibre | 1,000 pieces case 31, 100 pieces pack 4.20
Containers | Menu boxes | One part, Two parts, Bagasse, Clear lid | 200 pieces case 38, 50 pieces pack 11.40
Containers | Salad bowls | 500 ml, 750 ml, 1 l, Kraft | 300 pieces case 46, 50 pieces pack 9.20
Containers | Pizza boxes | 26 cm, 30 cm, 33 cm, Calzone | 100 pieces bundle 15.90, 200 pieces bundle 29.80
Bags | Carrier bags | Small, Medium, Large, Flat handle | 250 pieces case 32, 500 pieces case 59
Bags | Bread bags | Small, Medium, Baguette, Window | 1,000 pieces case 27.80, 250 pieces pack 8.20
Table | Napkins | White, Bordeaux, Natural, Champagne, Leaf green | 2,000 pieces case 34, 100 pieces pack 2.90
Table | Wooden cutlery | Forks, Knives, Spoons, Set with napkin | 1,000 pieces case 28, 100 pieces pack 3.90
Kitchen | Cling film | 30 cm, 45 cm, Cutter box | 300 m roll 6.90, 6 x 300 m case 38
Kitchen | Aluminium foil | 30 cm, 45 cm, Extra strong | 150 m roll 11.80, 6 x 150 m case 66
Kitchen | Baking paper | Sheets, Roll, Silicone | 500 pieces pack 14.80, 100 m roll 12.60
""",
    ),
    "Cleaning and hygiene": (
        {
            "": "Hygiene-Kontor Brandenburg",
            "Blitzblank": "Blitzblank Chemie: Dishwashing, Surfaces",
            "Ökolux": "Ökolux Reinigung: Dishwashing, Surfaces",
            "Seerose": "Seerose Hygienepapier: Paper, Waste",
        },
        """
Dishwashing | Dishwasher detergent | Liquid, Powder, Tabs, Chlorine-free | 12 kg canister 38.50, 25 kg canister 72, 10 kg bucket 34.80
Dishwashing | Rinse aid | Acid, Neutral, Organic | 10 l canister 32.40, 5 l canister 17.80
Dishwashing | Washing-up liquid | Lemon, Balsam, Concentrate, Sensitive | 10 l canister 16.90, 8 x 1 l case 17.80
Surfaces | All-purpose cleaner | Citrus, Neutral, Vinegar, Alcohol | 10 l canister 18.60, 12 x 1 l case 24.90
Surfaces | Grease remover | Kitchen, Oven, Foam | 10 l canister 29.80, 6 x 750 ml case 21.40
Surfaces | Disinfectant | Surfaces, Hands, Wipes, Quick | 5 l canister 29.60, 12 x 500 ml case 44
Paper | Toilet paper | Two-ply, Three-ply, Recycled, Jumbo | 64 rolls bale 26.90, 8 rolls pack 3.80, 12 jumbo rolls case 29.80
Paper | Paper towels | Z-fold, C-fold, Roll, Recycled | 3,200 pieces case 24.80, 6 rolls case 27.40
Paper | Hand soap | Cream, Foam, Sensitive, Milk & honey | 10 l canister 19.80, 12 x 500 ml case 26.40
Waste | Bin liners | 30 l, 60 l, 120 l, Compostable | 250 pieces case 27.40, 25 pieces roll 4.20
""",  # noqa: E501 - one line a family
    ),
}
