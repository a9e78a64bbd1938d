"""The families of chilled, frozen and fresh products, read by `families.py`. Brands and suppliers are invented."""

FRESH: dict[str, tuple[dict[str, str], str]] = {
    "Dairy": (
        {
            "": "Molkerei Grünhagen",
            "Havelhof": "Havelhof Milchbauern: Milk, Cream, Butter, Cheese, Yoghurt and quark, Eggs",
            "Weidetag": "Molkerei Weidetag: Milk, Cream, Butter, Cheese, Yoghurt and quark",
            "Haferfee": "Haferfee Pflanzendrinks: Plant drinks",
        },
        """
Milk | Fresh milk | 3.5 %, 1.5 %, Organic, Lactose-free | 10 l bag 11.80, 12 x 1 l case 14.90, 5 l canister 6.40
Milk | UHT milk | 3.5 %, 1.5 %, Barista | 12 x 1 l case 12.60, 10 l bag 10.90
Plant drinks | Oat drink | Barista, Natural, Vanilla, No sugar | 6 x 1 l case 11.40, 12 x 1 l case 21.80, 10 l bag 17.90
Plant drinks | Soya drink | Natural, Barista, Calcium | 6 x 1 l case 9.80, 12 x 1 l case 18.60
Cream | Whipping cream | 30 %, 33 %, Vegan, UHT | 5 l canister 19.80, 12 x 500 ml case 22.60, 10 x 1 l case 36.90
Cream | Sour cream | 10 %, 24 %, Crème fraîche, Schmand | 5 kg bucket 13.80, 1 kg tub 3.60
Butter | Butter | Sweet cream, Salted, Soured, Organic | 250 g piece 2.35, 40 x 250 g case 92, 100 x 20 g case 21.60
Cheese | Mozzarella | Ball, Grated, Loaf, Buffalo, Mini | 1 kg bag 7.40, 2.5 kg bag 17.20, 8 x 125 g case 9.90
Cheese | Gouda | Young, Medium, Mature, Sliced, Grated | 1 kg pack 7.90, 2.5 kg bag 18.40, 4.5 kg loaf 34
Cheese | Feta | Sheep's milk, Cow's milk, Diced, Herbs | 1 kg tub 8.90, 2 kg tub 16.80
Cheese | Parmesan | Grana, 24 months, Grated, Flakes | 1 kg wedge 17.90, 500 g bag 9.60
Yoghurt and quark | Yoghurt | Natural 3.5 %, Greek 10 %, Strawberry, Vanilla | 5 kg bucket 9.90, 20 x 150 g case 8.60
Eggs | Eggs | Barn M, Barn L, Free range M, Organic M | 180 pieces case 38.50, 30 pieces tray 6.90
""",
    ),
    "Bakery": (
        {
            "": "Backstube Nuthetal",
            "Ährengold": "Ährengold Backwaren",
            "Kornblume": "Bäckerei-Gesellschaft Kornblume",
            "Le Levain": "Le Levain Boulangerie: Bread, Pastry",
        },
        """
Bread | Sourdough bread | Rye, Mixed, Walnut, Berliner Kruste, Spelt | 1 kg loaf 3.40, 10 x 1 kg case 31.80
Bread | Toast | Butter, Wholemeal, Sandwich, American | 10 x 500 g case 13.90, 750 g loaf 1.85
Bread | Ciabatta | Natural, Olive, Rosemary, Mini | 30 x 120 g case 17.90, 20 x 250 g case 19.80
Rolls | Schrippen | Classic, Poppy seed, Sesame, Wholemeal | 60 x 60 g case 11.90, 120 x 60 g case 22.60
Rolls | Burger buns | Brioche, Sesame, Potato, Vegan | 48 x 80 g case 19.80, 24 x 80 g case 10.90
Rolls | Pretzels | Classic, Sticks, Butter, Cheese | 80 x 90 g case 25.80, 50 x 90 g case 17.20
Pastry | Croissants | Butter, Chocolate, Almond, Ham & cheese | 60 x 80 g case 27.90, 36 x 80 g case 18.40
Pastry | Danish | Apple, Cherry, Quark, Poppy seed | 48 x 95 g case 29.60, 36 x 95 g case 23.80
Pastry | Pancakes (Berliner) | Plum, Strawberry, Vanilla, Egg liqueur | 48 x 70 g case 24.80, 24 x 70 g case 13.40
Cakes | Sheet cake | Apple, Plum, Crumble, Bienenstich, Cheesecake | 2.5 kg tray 17.90, 4 x 2.5 kg case 68
Cakes | Muffins | Chocolate, Blueberry, Lemon, Vegan | 36 x 90 g case 26.40, 24 x 90 g case 18.60
Cakes | Stollen | Butter, Almond, Poppy seed, Dresden style | 1 kg piece 9.80, 10 x 750 g case 69 | 10-12
""",
    ),
    "Frozen": (
        {
            "": "Tiefkühl-Logistik Ahrensfelde",
            "Polarhof": "Polarhof Tiefkühlkost: Potatoes, Vegetables, Meals, Fruit",
            "Eisvogel": "Eisvogel Speiseeis: Ice cream",
            "Knollenglück": "Knollenglück Kartoffelprodukte: Potatoes",
        },
        """
Potatoes | Fries | 7 mm, 10 mm, Steakhouse, Sweet potato, Curly | 4 x 2.5 kg case 21.90, 2.5 kg bag 5.80
Potatoes | Rösti | Classic, Mini, Corners | 4 x 2.5 kg case 26.80, 2.5 kg bag 7.20
Potatoes | Potato dumplings | Half and half, Filled, Mini | 5 kg case 15.90, 2.5 kg bag 8.40
Vegetables | Garden peas | Fine, Very fine, With carrots | 4 x 2.5 kg case 23.80, 2.5 kg bag 6.30
Vegetables | Leaf spinach | Whole, Chopped, Creamed | 4 x 2.5 kg case 21.40, 2.5 kg bag 5.80
Vegetables | Vegetable mix | Asian, Kaiser, Mediterranean, Soup | 4 x 2.5 kg case 25.60, 2.5 kg bag 6.80
Meals | Maultaschen | Meat, Vegetable, Cheese | 5 kg case 27.90, 2 kg bag 12.40
Meals | Pizza dough balls | 200 g, 250 g, 280 g, Wholemeal | 40 pieces case 24.90, 20 pieces case 13.60
Meals | Falafel | Classic, Beetroot, Spinach | 5 kg case 29.80, 1 kg bag 6.90
Fruit | Mixed berries | Forest, Raspberries, Blueberries, Sour cherries | 5 kg case 28.90, 2.5 kg bag 15.60
Ice cream | Ice cream tub | Vanilla, Chocolate, Strawberry, Lemon sorbet, Pistachio | 5 l tub 17.80, 2.5 l tub 10.40 | 5-9
Ice cream | Ice lollies | Fruit, Cola, Mango, Milk | 30 x 75 ml case 15.90, 60 x 50 ml case 19.80 | 5-9
""",  # noqa: E501 - one line a family
    ),
    "Meat and fish": (
        {
            "": "Fleischerei-Verbund Fläming",
            "Müritz": "Müritzer Fischräucherei: Fish",
            "Landgut Wöbke": "Landgut Wöbke: Poultry, Beef, Pork, Sausage, Ham",
            "Pflanzenkraft": "Pflanzenkraft Manufaktur: Vegetarian",
        },
        """
Poultry | Chicken breast | Fillet, Diced, Strips, Corn-fed | 2.5 kg pack 19.80, 5 kg case 38.50
Poultry | Chicken nuggets | Classic, Cornflake, Wings | 5 kg case 33.90, 1 kg bag 7.90
Poultry | Goose | Whole, Legs, Breast | 4.5 kg piece 48, 10 kg case 112 | 11-12
Beef | Minced beef | Fresh, Mixed, Lean | 1 kg pack 8.60, 2.5 kg pack 20.90
Beef | Burger patties | 120 g, 150 g, 180 g, Black Angus | 40 pieces case 46, 20 pieces case 24.80
Beef | Goulash | Beef, Mixed, Veal | 2.5 kg pack 31.80, 5 kg pack 61
Pork | Schnitzel | Plain, Breaded, Viennese style | 30 x 160 g case 39.80, 15 x 160 g case 21.40
Sausage | Bratwurst | Thuringian, Nuremberg, Coarse, Curry | 50 x 100 g case 37.50, 20 x 100 g case 16.40
Sausage | Wiener | Pork, Poultry, Mini | 50 x 80 g case 29.80, 1 kg pack 7.80
Ham | Cooked ham | Sliced, Whole, Diced | 1 kg pack 9.40, 3 kg piece 26.80
Fish | Salmon | Fillet, Smoked, Portions, Stremel | 1 kg pack 21.90, 5 kg case 98
Fish | Pollock | Fillet, Breaded, Beer batter | 5 kg case 36.80, 1 kg bag 8.20
Vegetarian | Vegan mince | Pea, Soya, Oat | 1 kg bag 8.90, 5 kg case 41
""",
    ),
    "Fruit and vegetables": (
        {
            "": "Fruchthof Börde",
            "Spreewälder Garten": "Gärtnerhof Lübbener Spree",
            "Sol y Mar": "Frutas Sol y Mar: Vegetables, Fruit",
            "Bio-Hof Jänicke": "Bio-Hof Jänicke",
        },
        """
Potatoes and onions | Potatoes | Waxy, Floury, New, Peeled, Organic | 12.5 kg sack 11.90, 25 kg sack 21.80, 5 kg bag 6.20
Potatoes and onions | Onions | Yellow, Red, White, Peeled | 10 kg sack 8.90, 5 kg bag 4.90
Salads | Salad mix | Wild herbs, Rocket, Iceberg, Baby leaf | 1 kg bag 7.80, 6 x 250 g case 13.20
Vegetables | Tomatoes | Vine, Cherry, Beef, Datterini | 6 kg crate 14.80, 3 kg crate 8.40
Vegetables | Cucumbers | Snake, Mini, Pickling, Spreewald | 12 pieces crate 9.80, 5 kg crate 11.40
Vegetables | Peppers | Red, Yellow, Green, Mixed | 5 kg crate 14.90, 3 kg crate 9.60
Vegetables | Mushrooms | White, Brown, King oyster, Sliced | 3 kg crate 12.90, 1 kg box 4.80
Vegetables | Asparagus | White I, White II, Green, Peeled | 5 kg crate 44, 1 kg bundle 9.60 | 4-6
Vegetables | Pumpkin | Hokkaido, Butternut, Diced | 10 kg crate 16.80, 2.5 kg bag 9.40 | 9-11
Vegetables | Kale | Fresh, Chopped, Palm | 5 kg crate 15.80, 2.5 kg bag 8.20 | 11-12
Fruit | Apples | Elstar, Boskoop, Gala, Braeburn, Organic | 13 kg crate 19.80, 5 kg crate 9.40
Fruit | Lemons | Sicily, Organic, Limes | 6 kg crate 14.60, 1 kg net 3.20
Fruit | Bananas | Premium, Organic, Fair | 18 kg box 26.80, 5 kg box 8.90
Fruit | Strawberries | Beelitz, Elsanta, Organic | 5 kg crate 29.80, 10 x 500 g crate 28.60 | 5-7
Herbs | Fresh herbs | Parsley, Chives, Basil, Coriander, Mint | 1 kg box 14.80, 10 bunches crate 9.60
""",  # noqa: E501 - one line a family
    ),
}
