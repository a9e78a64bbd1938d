"""What a campaign's page shows: its figures in words, its funnel, its rows by product and segment. No Dash."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.activity.campaign_records import CLICKED, MAILED, OPENED, EventBatch
from dashboard.campaigns.attribution import Credits
from dashboard.campaigns.effects import Comparison, Curve, Row
from dashboard.campaigns.figures import Figures, author_of, figures_of
from dashboard.campaigns.queries import CampaignQueries
from dashboard.campaigns.source_words import SourceWords, source_words
from dashboard.campaigns.words import (
    difference_words,
    left_out_words,
    method_words,
    result_words,
    revenue_words,
    share_words,
    state_words,
)
from dashboard.data.answer_cache import AnswerCache
from dashboard.display.formats import NONE, Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.page_context import PageContext
from dashboard.display.tile import Tile

MOST_PRODUCTS = 10  # rows; a bundle has fewer
TOUCHES = {MAILED: "mail sent", OPENED: "opened", CLICKED: "clicked"}


@dataclass(frozen=True)
class Step:
    """A step of the funnel: who of those before it, in words too."""

    name: str
    n: int
    of: int
    note: str


@dataclass(frozen=True)
class EffectRow:
    """A product or a segment: who ordered of both groups, and whether that differs.

    product_id  empty for a segment and for the sum
    said        the same in a sentence, for a phone
    """

    name: str
    product_id: str
    ordered: str
    share: str
    held: str
    difference: str
    value: str
    said: str


@dataclass(frozen=True)
class TouchRow:
    """What a campaign gets by first or by last touch."""

    name: str
    customers: str
    value: str
    kinds: str


@dataclass(frozen=True)
class CampaignPage:
    """All of the page. Before the sending there are no rows, no curve and no sentences."""

    version: str
    as_of: date
    today: date
    figures: Figures
    source: SourceWords
    author: str
    about: str
    tiles: tuple[Tile, ...]
    sentences: tuple[str, ...]
    revenue: str
    method: str
    curve: Curve | None
    steps: tuple[Step, ...]
    steps_note: str
    products: tuple[EffectRow, ...]
    products_note: str
    segments: tuple[EffectRow, ...]
    touches: tuple[TouchRow, ...]
    touches_note: str
    imports: tuple[EventBatch, ...]
    resting_until: date | None
    text: str

    @property
    def is_sent(self) -> bool:
        return self.figures.window is not None

    @property
    def can_be_deleted(self) -> bool:
        """Return whether nothing of it was sent, as far as is known."""
        return not self.is_sent and not self.figures.funnel.overall.mailed


def campaign_page(context: PageContext, answers: AnswerCache, campaign_id: int) -> CampaignPage | None:
    """Return the page; None where there is no such campaign. Raises ActivityUnavailable without the database."""
    figures = figures_of(context, answers, campaign_id)
    if figures is None:
        return None
    formats, campaign, effects = context.formats, figures.campaign, figures.effects
    n_products = len(campaign.product_ids)
    sentences: tuple[str, ...] = ()
    if effects is not None:
        sentences = result_words(effects.overall, n_products, formats, figures.window)
    return CampaignPage(
        version=context.version.id,
        as_of=context.as_of,
        today=context.desk.today,
        figures=figures,
        source=source_words(context, campaign.source),
        author=author_of(context, campaign),
        about=_about(figures, context),
        tiles=_tiles(figures, formats),
        sentences=sentences,
        revenue=revenue_words(effects.overall, formats) if effects else "",
        method=_method(figures, formats),
        curve=effects.curve if effects and effects.curve.days else None,
        steps=funnel_steps(figures, formats),
        steps_note=_span(figures, formats),
        products=_products(figures, context) if effects else (),
        products_note=_products_note(figures, formats),
        segments=_segments(figures, formats) if effects else (),
        touches=touch_rows(figures.credits, formats) if figures.credits else (),
        touches_note=_touches_note(figures.credits, formats),
        imports=CampaignQueries(context).imports(),
        resting_until=campaign.resting_until,
        text=campaign.text,
    )


def funnel_steps(figures: Figures, formats: Formats) -> tuple[Step, ...]:
    """Return the steps from sent to ordered, each of who gets the mail."""
    found = figures.funnel.overall
    number, percent = formats.number, formats.percent
    drawn = f"of {number(figures.n_drawn)} drawn, {number(figures.n_held)} held out"
    mailed = f", {number(found.mailed)} by the mailing tool" if found.mailed and found.mailed != found.n else ""
    steps = [Step("Sent", found.n, found.n, f"{drawn}{mailed}")]
    if not found.n:
        return tuple(steps)
    clicked = f"{percent(found.clicked / found.n)}"
    if found.opened:
        clicked += f", {percent(found.clicked / found.opened)} of the {number(found.opened)} opened"
    steps.append(Step("Opened", found.opened, found.n, f"{percent(found.opened / found.n)}, by loaded pictures"))
    steps.append(Step("Clicked", found.clicked, found.n, clicked))
    after = f"{number(found.after_click)} after a click, {number(found.without_click)} without"
    steps.append(Step("Ordered", found.ordered, found.n, f"{percent(found.ordered / found.n)}, {after}"))
    if found.unsubscribed:
        share = percent(found.unsubscribed / found.n)
        steps.append(Step("Unsubscribed", found.unsubscribed, found.n, f"{share}, get no more mail"))
    return tuple(steps)


def touch_rows(found: Credits, formats: Formats) -> tuple[TouchRow, ...]:
    """Return what the campaign gets by first and by last touch."""

    def row(name: str, last: bool) -> TouchRow:
        credit, kinds = (found.last, found.last_kinds) if last else (found.first, found.first_kinds)
        said = [
            f"{formats.number(kinds[kind].customers)} {words}"
            for kind, words in TOUCHES.items()
            if kind in kinds and kinds[kind].customers
        ]
        return TouchRow(name, formats.number(credit.customers), formats.money(credit.revenue), ", ".join(said) or NONE)

    return row("First touch", last=False), row("Last touch", last=True)


# ---- inner ----


def _about(figures: Figures, context: PageContext) -> str:
    """Return what follows the source: who they are, and how far it is."""
    is_said = source_words(context, figures.campaign.source).kind not in ("bundle", "product")  # the groups are
    said = figures.campaign.source_words.split(" (")[0]
    who = ". " if is_said or not said else f", {said}. "
    return f"{who}{state_words(figures.window, context.formats)}"


def _method(figures: Figures, formats: Formats) -> str:
    campaign, window = figures.campaign, figures.window
    left_out = left_out_words(campaign.left_out, campaign.resting_until, window.as_of, formats) if window else ""
    before = f" Left out before: {left_out}." if left_out else ""
    return f"{method_words(window, campaign.held_share, campaign.seed, formats)}{before}" if window else ""


def _tiles(figures: Figures, formats: Formats) -> tuple[Tile, ...]:
    campaign, effects, number = figures.campaign, figures.effects, formats.number
    no_contact = dict(campaign.left_out).get("no_contact", 0)
    others = campaign.n_left_out - no_contact
    ordered, value, each = NONE, NONE, "not sent yet"
    ordered_note = "not sent yet"
    if effects is not None:
        sent, held = effects.overall.sent, effects.overall.held
        ordered = f"{number(sent.ordered)} of {number(sent.n)}"
        told = effects.overall.is_told
        ordered_note = f"held out {number(held.ordered)} of {number(held.n)}"
        if told:
            ordered_note = f"{formats.percent(sent.share)}, held out {formats.percent(held.share)}"
        value = formats.money(sent.revenue)
        each = (
            f"{formats.money(sent.revenue / sent.ordered)} a customer who ordered" if sent.ordered else "no order yet"
        )
    to_call = f"{number(figures.n_called)} on call lists" if figures.n_called else "clicked, not ordered"
    to_send = "sent" if figures.window else "to send"
    over = campaign.n_found - campaign.n_left_out - figures.n_drawn
    fit = f", {number(over)} over the size" if over > 0 else ""
    return (
        Tile("Found", number(campaign.n_found), "before anyone is left out"),
        Tile("Left out", number(campaign.n_left_out), f"{number(no_contact)} no contact, {number(others)} other"),
        Tile(
            "Drawn",
            number(figures.n_drawn),
            f"{number(figures.n_sent)} {to_send}, {number(figures.n_held)} held out{fit}",
            meaning=MEANINGS["Drawn"],
        ),
        Tile("Ordered", ordered, ordered_note, meaning=MEANINGS["Ordered of sent"]),
        Tile("Ordered value", value, each, meaning=MEANINGS["Value of a campaign"]),
        Tile("Open to call", number(figures.n_to_call), to_call, meaning=MEANINGS["Open to call"]),
    )


def _span(figures: Figures, formats: Formats) -> str:
    window = figures.window
    if window is None:
        return "not sent yet"
    if not window.day:
        return "customers"
    last = date.fromordinal(window.sent_on.toordinal() + window.day - 1)
    return f"{formats.day(window.sent_on, window.as_of)} to {formats.day(last, window.as_of)}, customers"


def _products(figures: Figures, context: PageContext) -> tuple[EffectRow, ...]:
    effects = figures.effects
    if effects is None:
        return ()
    formats = context.formats
    rows = effects.products
    if len(rows) > MOST_PRODUCTS:  # each customer's own: those that sold come first, then those with the most offers
        rows = tuple(sorted(rows, key=lambda row: (-row.found.sent.ordered, -row.found.sent.n))[:MOST_PRODUCTS])
    shown = [_effect_row(context.products.name(row.key), row.key, row.found, formats) for row in rows]
    return (*shown, _all_offers(effects.products, formats))


def _all_offers(rows: Sequence[Row], formats: Formats) -> EffectRow:
    """Return the sum of all products: of offers, not of customers, so that no difference is told of it."""
    number = formats.number
    sent, ordered, held, held_ordered = (
        sum(getattr(getattr(row.found, arm), what) for row in rows)
        for arm, what in (("sent", "n"), ("sent", "ordered"), ("held", "n"), ("held", "ordered"))
    )
    ordered_words, held_words = f"{number(ordered)} of {number(sent)}", f"{number(held_ordered)} of {number(held)}"
    return EffectRow(
        name="All offers",
        product_id="",
        ordered=ordered_words,
        share=formats.percent(ordered / sent) if sent else NONE,
        held=held_words,
        difference="Told by customer, see below",
        value=formats.money(sum(row.found.sent.revenue for row in rows)),
        said=f"Ordered {ordered_words} offers sent, {held_words} held out.",
    )


def _products_note(figures: Figures, formats: Formats) -> str:
    n = figures.effects.n_offers if figures.effects else 0
    said = f"{formats.number(n)} offer{'' if n == 1 else 's'} to {formats.number(figures.n_sent)} customers"
    n_products = len(figures.effects.products) if figures.effects else 0
    if n_products > MOST_PRODUCTS:
        said = f"{said}; {MOST_PRODUCTS} of {formats.number(n_products)} products, those that sold first"
    return said


def _segments(figures: Figures, formats: Formats) -> tuple[EffectRow, ...]:
    effects = figures.effects
    if effects is None:
        return ()
    rows = [_effect_row(row.key or "No segment", "", row.found, formats) for row in effects.segments]
    return (*rows, _effect_row("All customers", "", effects.overall, formats))


def _effect_row(name: str, product_id: str, found: Comparison, formats: Formats) -> EffectRow:
    sent, held, number = found.sent, found.held, formats.number
    ordered = f"{number(sent.ordered)} of {number(sent.n)}"
    of_held = f"{number(held.ordered)} of {number(held.n)}"
    return EffectRow(
        name=name,
        product_id=product_id,
        ordered=ordered,
        share=formats.percent(sent.share) if sent.n else NONE,
        held=of_held,
        difference=difference_words(found),
        value=formats.money(sent.revenue),
        said=f"Ordered {share_words(sent, formats)} sent, {of_held} held out. {difference_words(found)}",
    )


def _touches_note(found: Credits | None, formats: Formats) -> str:
    if found is None or not found.shared:
        return "no order is another campaign's too"
    n = formats.number(found.shared)
    return f"{n} customer{'' if found.shared == 1 else 's'} touched by another campaign too"
