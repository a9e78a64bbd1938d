"""What a customer did in the web shop lately, in words."""

from dashboard.activity.shop_records import Reaction
from dashboard.display.formats import Formats


def shop_words(shop: Reaction, product_id: str, formats: Formats) -> str:
    """Return what a customer did with a product: `Looked at 3 times this week.`; empty for nothing."""
    looked, since = shop.looked_at.get(product_id), shop.in_cart.get(product_id)
    parts = [looked_at_words(looked[0], formats)] if looked else []
    if since is not None:
        on = formats.today(since)
        parts.append(f"In the shop's basket since {formats.day(on, on)}, not ordered.")
    return " ".join(parts)


def looked_at_words(n: int, formats: Formats) -> str:
    """Return how often something was looked at in seven days."""
    return f"Looked at {'once' if n == 1 else f'{formats.number(n)} times'} this week."
