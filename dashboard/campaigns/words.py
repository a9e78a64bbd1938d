"""What a campaign brought, in words: as the page, its PDF and its CSV say it."""

from datetime import date

from dashboard.campaigns.draw import BLOCKED, LEFT, NO_CONTACT, NO_EMAIL, NO_OFFER, RESTING
from dashboard.campaigns.effects import LEAST, Arm, Comparison
from dashboard.campaigns.intervals import Interval
from dashboard.campaigns.orders import Window
from dashboard.display.formats import MINUS, SPACE, Formats

TOO_FEW = "Too few to tell"
LEFT_OUT_WORDS = {
    NO_CONTACT: "who wish no contact",
    BLOCKED: "blocked or closed accounts",
    LEFT: "who unsubscribed",
    NO_EMAIL: "without an email address",
    RESTING: "in another campaign",
    NO_OFFER: "with nothing left to offer",
}
_NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine"}


def result_words(found: Comparison, n_products: int, formats: Formats, window: Window | None = None) -> tuple[str, ...]:
    """Return the result in sentences: both groups, the difference, what of it comes from the campaign.

    n_products  that the campaign offers; 0 where each customer is offered their own
    window      in which orders count; where the data end before it, there is no result yet
    """
    if window is not None and not window.day:
        return (_nothing_yet(found, window, formats),)
    sentences = list(_groups(found, n_products, formats))
    if found.difference is None:
        sentences.append(_too_few(found, formats))
    elif found.difference.is_clear and found.difference.value > 0:
        sentences += [_difference(found.difference), _extra(found, formats)]
    else:
        sentences += [_difference(found.difference), _not_clear(found, formats)]
    return tuple(sentence for sentence in sentences if sentence)


def revenue_words(found: Comparison, formats: Formats) -> str:
    """Return what each customer brought in both groups, with the interval of the difference; empty of nobody."""
    sent, held = found.sent.revenue_each, found.held.revenue_each
    if sent is None or held is None or not found.sent.revenue + found.held.revenue:
        return ""
    if found.revenue is None:
        return f"A customer brought {formats.price(sent)} if sent. {TOO_FEW} how much of it is extra."
    extra = found.revenue
    return (
        f"A customer brought {formats.price(sent)} if sent, {formats.price(held)} if held out. The difference is "
        f"{formats.price(extra.value)}; 19 times in 20 it lies between {formats.price(extra.low)} and "
        f"{formats.price(extra.high)}."
    )


def state_words(window: Window | None, formats: Formats) -> str:
    """Return how far a campaign is: `Running, day 14 of 28. Final on 1 Dec.`"""
    if window is None:
        return "Not sent yet."
    ends = formats.day(window.ends_on, window.as_of)
    if window.is_final:
        return f"Final since {ends}."
    if not window.day:
        return f"Sent, but the orders end on {formats.day(window.as_of, window.sent_on)}. Final on {ends}."
    return f"Running, day {formats.number(window.day)} of {formats.number(window.n_days)}. Final on {ends}."


def method_words(window: Window, held_share: float, seed: int, formats: Formats) -> str:
    """Return how the result was counted."""
    sent, ends = formats.day(window.sent_on, window.as_of), formats.day(window.ends_on, window.as_of)
    preliminary = "" if window.is_final else f" The result is preliminary until {ends}."
    return (
        f"{formats.percent(held_share)} were held out by lot (seed {seed}) within each segment before sending and got "
        f"no mail; reps call them as usual. Counted: an order with one of the products offered to the customer from "
        f"{sent}.{preliminary} Intervals of 95{SPACE}%: of shares Newcombe's, of revenue the wider of Welch's and "
        f"Student's."
    )


def left_out_words(
    left_out: tuple[tuple[str, int], ...], resting_until: date | None, today: date, formats: Formats
) -> str:
    """Return who was left out: `14 who wish no contact, 5 in another campaign until 20 Nov`; empty for nobody."""
    parts = []
    for reason, n in left_out:
        if n:
            until = f" until {formats.day(resting_until, today)}" if reason == RESTING and resting_until else ""
            parts.append(f"{formats.number(n)} {LEFT_OUT_WORDS[reason]}{until}")
    return ", ".join(parts)


def difference_words(found: Comparison) -> str:
    """Return the difference for a row of a table: `10 points (−3 to 18)`, or TOO_FEW."""
    if found.difference is None:
        return TOO_FEW
    one = found.difference
    return f"{_points(one.value)} ({_whole(one.low)} to {_whole(one.high)})"


def share_words(arm: Arm, formats: Formats) -> str:
    """Return `31 of 192 (16 %)`; of fewer than LEAST without a percentage."""
    of = f"{formats.number(arm.ordered)} of {formats.number(arm.n)}"
    return f"{of} ({formats.percent(arm.share)})" if arm.n >= LEAST else of


# ---- inner ----


def _nothing_yet(found: Comparison, window: Window, formats: Formats) -> str:
    end = formats.day(window.as_of, window.sent_on)
    return (
        f"{formats.number(found.sent.n)} sent, {formats.number(found.held.n)} held out. The orders end on {end}, "
        f"before the sending: what came of it is here with the first orders since."
    )


def _groups(found: Comparison, n_products: int, formats: Formats) -> tuple[str, str]:
    sent, held = found.sent, found.held
    products = f"one of the {_NUMBERS.get(n_products, str(n_products))} products"
    what = "the product" if n_products == 1 else products if n_products else "what they were offered"
    shares = [f" ({formats.percent(arm.share)})" if found.is_told else "" for arm in (sent, held)]
    first = f"Of {formats.number(sent.n)} sent, {formats.number(sent.ordered)} ordered {what}{shares[0]}."
    if not held.n:
        return first, "Nobody was held out, so nothing can be said of what they would have ordered anyway."
    n = formats.number(held.ordered) if held.ordered else "none"
    return first, f"Of {formats.number(held.n)} held out, {n} did so anyway{shares[1]}."


def _difference(one: Interval) -> str:
    low, high = _whole(one.low), _whole(one.high)
    return f"The difference is {_points(one.value)}; 19 times in 20 it lies between {low} and {high}."


def _extra(found: Comparison, formats: Formats) -> str:
    extra = found.extra()
    if extra is None:
        return ""
    about, least, _ = extra
    of = formats.number(found.sent.ordered)
    come = "order comes" if found.sent.ordered == 1 else "orders come"
    return f"So about {formats.number(about)} of the {of} {come} from the campaign, at least {formats.number(least)}."


def _not_clear(found: Comparison, formats: Formats) -> str:
    if found.difference is not None and found.difference.high < 0:
        return "So the campaign brought fewer orders than no mail would have."
    return f"That may be chance.{_needed(found, formats)}"


def _too_few(found: Comparison, formats: Formats) -> str:
    if not found.held.n:
        return ""
    small = found.held if found.held.n < LEAST else found.sent
    which = "held out" if small is found.held else "sent"
    return f"{TOO_FEW}: {formats.number(small.n)} {which}, of at least {LEAST}.{_needed(found, formats)}"


def _needed(found: Comparison, formats: Formats) -> str:
    if found.needed is None or not found.held.n:
        return ""
    drawn = round(found.needed * (found.sent.n + found.held.n) / found.held.n)
    points = _points(found.for_difference)
    return (
        f" To find a difference of {points}, {formats.number(found.needed)} of {formats.number(drawn)} would have to "
        f"be held out."
    )


def _points(share: float) -> str:
    text = _whole(share)
    return f"{text} point{'' if text in ('1', f'{MINUS}1') else 's'}"


def _whole(share: float) -> str:
    """Return a share in whole points, rounded half away from zero, with a true minus sign."""
    whole = int(abs(share) * 100 + 0.5)
    return f"{MINUS if share < 0 and whole else ''}{whole}"
