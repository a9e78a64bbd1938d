"""What a campaign's sheet for the sales meeting says: one page of what was sent to whom, and what came of it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.campaigns.draw import NO_CONTACT
from dashboard.campaigns.effects import Comparison, Curve, Effects, Row
from dashboard.campaigns.funnel import Steps
from dashboard.campaigns.queries import CampaignState
from dashboard.campaigns.words import (
    difference_words,
    left_out_words,
    method_words,
    result_words,
    revenue_words,
    state_words,
)
from dashboard.display.formats import Formats
from dashboard.display.page_context import PageContext
from dashboard.paper.call_sheet import LONGEST_NAME, LONGEST_PERSON, LONGEST_SENTENCE, source_words
from dashboard.paper.plain import plain

LONGEST_TEXT = 420  # letters of the mail
MOST_PRODUCTS, MOST_SEGMENTS, MOST_REPS = 6, 11, 12
_LEAST_TOP = 0.05  # of the chart's axis


@dataclass(frozen=True)
class Fact:
    """A number with what it is, as the page's tiles."""

    label: str
    value: str
    note: str


@dataclass(frozen=True)
class Step:
    """A bar of the funnel; `share` is its length, 0-1."""

    label: str
    share: float
    value: str
    note: str


@dataclass(frozen=True)
class TableLine:
    """A line of a table, all text."""

    name: str
    sent: str
    share: str
    held: str
    difference: str
    value: str


@dataclass(frozen=True)
class Chart:
    """The shares by day, as parts of the chart's width and height, 0-1.

    end     which part of the width the data reach
    ticks   of the height: where, and the share
    """

    sent: tuple[tuple[float, float], ...]
    held: tuple[tuple[float, float], ...]
    end: float
    labels: tuple[str, str]
    ticks: tuple[tuple[float, str], ...]
    days: tuple[str, str, str]


@dataclass(frozen=True)
class CampaignSheet:
    """All of the page as text; what is not known yet is empty."""

    title: str
    about: str
    state: str
    facts: tuple[Fact, ...]
    text: str
    result: str
    revenue: str
    method: str
    chart: Chart | None
    steps: tuple[Step, ...]
    products: tuple[TableLine, ...]
    products_note: str
    segments: tuple[TableLine, ...]
    calls: str
    source: str


def campaign_sheet(context: PageContext, state: CampaignState) -> CampaignSheet:
    """Return the sheet of a campaign."""
    formats, campaign, found = context.formats, state.campaign, state.effects
    shows_revenue = context.snapshot.groups.has_revenue
    products = [] if found is None else list(found.products)
    if not campaign.product_ids:  # each customer is offered their own: those that sold come first
        products.sort(key=lambda row: (-row.found.sent.ordered, -row.found.sent.n))
    names = {row.key: plain(context.products.name(row.key), LONGEST_NAME) for row in products}
    return CampaignSheet(
        title=plain(campaign.name, LONGEST_NAME),
        about=_about(context, state),
        state=state_words(state.window, formats),
        facts=_facts(context, state, shows_revenue=shows_revenue),
        text=plain(campaign.text, LONGEST_TEXT),
        result=" ".join(result_words(found.overall, len(campaign.product_ids), formats, state.window)) if found else "",
        revenue=revenue_words(found.overall, formats) if found and shows_revenue else "",
        method=_method(context, state),
        chart=_chart(found, formats) if found else None,
        steps=_steps(state, formats),
        products=tuple(_lines(products[:MOST_PRODUCTS], names, formats, shows_revenue=shows_revenue)),
        products_note=_products_note(products, found, formats),
        segments=_segments(found, formats, shows_revenue=shows_revenue) if found else (),
        calls=_calls(context, state),
        source=source_words(context),
    )


# ---- inner ----


def _about(context: PageContext, state: CampaignState) -> str:
    """Return `By Nora Weiss, made 2 Nov 2026, sent 3 Nov 2026. For customers who miss one (118).`"""
    campaign, formats = state.campaign, context.formats
    made = formats.day(campaign.at.astimezone(formats.time_zone).date())
    by = f"By {plain(state.author, LONGEST_PERSON)}, made" if state.author else "Made"
    sent = f", sent {formats.day(campaign.sent_on)}" if campaign.sent_on else ""
    products = [context.products.name(one) for one in campaign.product_ids[:MOST_PRODUCTS]]
    what = f" Offered: {' + '.join(products)}." if products else ""
    whom = f" For {campaign.source_words}." if campaign.source_words else ""
    return plain(f"{by} {made}{sent}.{what}{whom}", LONGEST_SENTENCE)


def _method(context: PageContext, state: CampaignState) -> str:
    """Return who was left out, and how the result was counted."""
    campaign, formats = state.campaign, context.formats
    who = left_out_words(campaign.left_out, campaign.resting_until, context.desk.today, formats)
    counted = method_words(state.window, campaign.held_share, campaign.seed, formats) if state.window else ""
    return " ".join(part for part in (f"Left out before: {who}." if who else "", counted) if part)


def _facts(context: PageContext, state: CampaignState, *, shows_revenue: bool) -> tuple[Fact, ...]:
    formats, campaign = context.formats, state.campaign
    number, n_drawn = formats.number, len(state.members)
    no_contact = dict(campaign.left_out).get(NO_CONTACT, 0)
    who = f"{number(no_contact)} no contact, {number(campaign.n_left_out - no_contact)} other"
    facts = [
        Fact("Found", number(campaign.n_found), ""),
        Fact("Left out", number(campaign.n_left_out), who),
        Fact("Drawn", number(n_drawn), f"{number(state.n_sent)} sent, {number(state.n_held)} held out by lot"),
    ]
    if state.effects is not None:
        overall = state.effects.overall
        each = overall.sent.revenue / overall.sent.ordered if overall.sent.ordered else None
        shares = f"{formats.percent(overall.sent.share)}, held out {formats.percent(overall.held.share)}"
        note = shares if overall.is_told else ""
        facts.append(Fact("Ordered", f"{number(overall.sent.ordered)} of {number(overall.sent.n)}", note))
        if shows_revenue:
            note = f"{formats.money(each)} a customer who ordered" if each is not None else ""
            facts.append(Fact("Ordered value", formats.money(overall.sent.revenue), note))
    facts.append(Fact("Open to call", number(len(state.to_call)), "clicked, not ordered"))
    return tuple(facts)


def _steps(state: CampaignState, formats: Formats) -> tuple[Step, ...]:
    one: Steps = state.funnel.overall
    n, number = one.n, formats.number

    def step(label: str, count: int, note: str) -> Step:
        return Step(label, count / n if n else 0.0, f"{number(count)} of {number(n)}", note)

    of_opened = f"{formats.percent(one.clicked / one.opened)} of the {number(one.opened)} opened" if one.opened else ""
    after = f"{number(one.after_click)} after a click, {number(one.without_click)} without"
    return (
        Step("Sent", 1.0 if n else 0.0, number(n), f"of {number(len(state.members))} drawn"),
        step("Opened", one.opened, "by loaded pictures"),
        step("Clicked", one.clicked, of_opened),
        step("Ordered", one.ordered, after if state.window else "not sent yet"),
    )


def _segments(found: Effects, formats: Formats, *, shows_revenue: bool) -> tuple[TableLine, ...]:
    rows = list(found.segments)
    names = {row.key: plain(row.key, LONGEST_NAME) or "No segment" for row in rows}
    lines = list(_lines(rows[:MOST_SEGMENTS], names, formats, shows_revenue=shows_revenue))
    total = Row("", found.overall)
    return (*lines, *_lines([total], {"": "All customers"}, formats, shows_revenue=shows_revenue))


def _lines(rows: Iterable[Row], names: dict[str, str], formats: Formats, *, shows_revenue: bool) -> Iterable[TableLine]:
    for row in rows:
        found: Comparison = row.found
        sent, held = found.sent, found.held
        yield TableLine(
            name=names[row.key],
            sent=f"{formats.number(sent.ordered)} of {formats.number(sent.n)}",
            share=formats.percent(sent.share) if found.is_told else "",
            held=f"{formats.number(held.ordered)} of {formats.number(held.n)}",
            difference=difference_words(found),
            value=formats.money(sent.revenue) if shows_revenue else "",
        )


def _products_note(rows: list[Row], found: Effects | None, formats: Formats) -> str:
    if found is None:
        return ""
    more = len(rows) - MOST_PRODUCTS
    others = f", {formats.number(more)} more products left out" if more > 0 else ""
    return f"{formats.number(found.n_offers)} offers{others}"


def _calls(context: PageContext, state: CampaignState) -> str:
    """Return how many of whose customers clicked and did not order: `To call: Jana Brandt 9, Tom Reed 5.`"""
    visible = context.snapshot.visible
    reps = Counter((visible[one].rep or "no rep") if one in visible else "others" for one in state.to_call)
    first = sorted(reps.items(), key=lambda one: (-one[1], one[0]))[:MOST_REPS]
    said = ", ".join(f"{plain(rep, LONGEST_PERSON)} {context.formats.number(n)}" for rep, n in first)
    return f"To call, as they clicked and did not order: {said}." if said else ""


def _chart(found: Effects, formats: Formats) -> Chart | None:
    curve, window = found.curve, found.window
    if len(curve.days) < 2 or not found.overall.is_told:
        return None  # of few a share is not drawn either
    top = _top(curve)
    across = [at / window.n_days for at in range(len(curve.days))]
    ticks = [part / 4 for part in range(5)]
    ends = formats.day(window.ends_on, window.as_of)
    labels = [
        f"{formats.percent(share)} {name}" for name, share in (("sent", curve.sent[-1]), ("held out", curve.held[-1]))
    ]
    return Chart(
        sent=tuple(zip(across, (share / top for share in curve.sent), strict=True)),
        held=tuple(zip(across, (share / top for share in curve.held), strict=True)),
        end=across[-1],
        labels=(labels[0], labels[1]),
        ticks=tuple((part, formats.percent(part * top)) for part in ticks),
        days=(
            formats.day(window.sent_on, window.as_of),
            formats.day(curve.days[-1], window.as_of) if not window.is_final else "",
            f"{ends}, end",
        ),
    )


def _top(curve: Curve) -> float:
    """Return where the chart's axis ends: the next multiple of 4 points."""
    most = max(*curve.sent, *curve.held, _LEAST_TOP)
    return -(-round(most * 100 + 0.4) // 4) * 4 / 100
