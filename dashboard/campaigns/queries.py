"""The questions about campaigns: which there are, whom one would be for, what it brought; and what is done with one.

Every question is answered within a page's context: the customers whom the viewer sees, the newest version's orders, the
database as of now. What is counted of a campaign is the same for everyone who may open it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from dashboard.access.trail import CAMPAIGN_CALLS, CAMPAIGN_MADE, CAMPAIGN_REMOVED, EXPORT
from dashboard.activity.campaign_records import (
    CLICKED,
    HELD,
    SENT,
    Campaign,
    CampaignCall,
    EventBatch,
    Member,
    NewCampaign,
    Offer,
)
from dashboard.activity.database import audit, campaign_events, campaigns, people
from dashboard.activity.database.connect import Reading, Writing
from dashboard.campaigns.attribution import Credits, attributed, credits_of, touches_of
from dashboard.campaigns.candidates import Found, find
from dashboard.campaigns.draw import Draw, DrawOptions, draw
from dashboard.campaigns.effects import Comparison, Effects, compared, effects
from dashboard.campaigns.errors import CampaignError
from dashboard.campaigns.funnel import Funnel, funnel, open_to_call
from dashboard.campaigns.lots import Balance, Drawn, balance
from dashboard.campaigns.offers import members_of, offers_of
from dashboard.campaigns.orders import Ordered, Window, offered_to, orders_of, window_of
from dashboard.campaigns.sources import Source, query_of
from dashboard.display.page_context import PageContext

LONGEST_NAME, LONGEST_TEXT = 120, 4_000
MOST_IMPORTS = 20


@dataclass(frozen=True)
class CampaignLine:
    """A campaign in the list of all: who made it, how many are in it, and the days in which its orders count.

    window  None: not sent yet
    """

    campaign: Campaign
    author: str
    n_sent: int
    n_held: int
    window: Window | None


@dataclass(frozen=True)
class CampaignState:
    """A campaign with who is in it, what it brought up to now, and what the mailing tool says.

    effects     None: not sent yet
    funnel      of those who get the mail; before the sending without orders
    credits     of its orders by first and by last touch; None: not sent yet
    balance     how alike the groups were when they were drawn
    calls       who was put on call lists because of it
    to_call     who clicked and did not order and is on no call list yet: the offered product for each
    """

    campaign: Campaign
    author: str
    members: tuple[Member, ...]
    offers: tuple[Offer, ...]
    balance: Balance
    window: Window | None
    effects: Effects | None
    funnel: Funnel
    credits: Credits | None
    calls: Mapping[str, CampaignCall]
    to_call: Mapping[str, str]

    @property
    def n_sent(self) -> int:
        return sum(one.arm == SENT for one in self.members)

    @property
    def n_held(self) -> int:
        return sum(one.arm == HELD for one in self.members)


class CampaignQueries:
    """Answers about campaigns. Raises ActivityUnavailable without the database."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._database = context.desk.database

    # ---- reading ----

    def everything(self) -> tuple[CampaignLine, ...]:
        """Return all campaigns, the newest first."""
        with self._database.read() as at:
            found = campaigns.everything(at)
            names = people.names(at, {one.person_id for one, _ in found})
        return tuple(
            CampaignLine(
                one, names.get(one.person_id, ""), arms.get(SENT, 0), arms.get(HELD, 0), window_of(one, self._as_of)
            )
            for one, arms in found
        )

    def get(self, campaign_id: int) -> Campaign | None:
        """Return a campaign; None where there is none."""
        with self._database.read() as at:
            return campaigns.get(at, campaign_id)

    def imports(self) -> tuple[EventBatch, ...]:
        """Return the last imports of events, the newest first."""
        with self._database.read() as at:
            return campaign_events.imports(at, limit=MOST_IMPORTS)

    def revision(self, campaign_id: int) -> str:
        """Return a text that changes with whatever is known of a campaign; the version's orders are not in it."""
        with self._database.read() as at:
            return campaigns.revision(at, campaign_id)

    def state(self, campaign_id: int) -> CampaignState | None:
        """Return a campaign with what came of it; None where there is none."""
        with self._database.read() as at:
            campaign = campaigns.get(at, campaign_id)
            if campaign is None:
                return None
            members, offers = campaigns.members(at, campaign_id), campaigns.offers(at, campaign_id)
            firsts = campaign_events.firsts(at, campaign_id)
            clicked = campaign_events.clicked_products(at, campaign_id, CLICKED)
            calls = campaigns.calls_of(at, campaign_id)
            author = people.names(at, {campaign.person_id}).get(campaign.person_id, "")
            offered, window = offered_to(offers), window_of(campaign, self._as_of)
            orders = orders_of(self._context.snapshot, members, offered, window) if window else ()
            credits = self._credits(at, campaign, members, offered, orders) if window else None
        zone, products = self._context.formats.time_zone, campaign.product_ids
        first_offer = {one.customer_id: one.product_id for one in reversed(offers)}
        to_call = {
            who: clicked.get(who, first_offer[who])
            for who in open_to_call(firsts, members, orders)
            if who not in calls and who in first_offer and self._may_be_called(who)
        }
        lots = [Drawn(one.customer_id, one.stratum, one.revenue) for one in members]
        held = frozenset(one.customer_id for one in members if one.arm == HELD)
        return CampaignState(
            campaign=campaign,
            author=author,
            members=members,
            offers=offers,
            balance=balance(lots, held, shows_revenue=self._context.snapshot.groups.has_revenue),
            window=window,
            effects=effects(members, offered, orders, window, products) if window else None,
            funnel=funnel(members, offered, firsts, orders, zone, products),
            credits=credits,
            calls=calls,
            to_call=to_call if window and self._context.desk.today < window.ends_on else {},
        )

    def result(self, campaign: Campaign) -> Comparison | None:
        """Return how many of a campaign ordered, against its hold-out; None for one that was not sent yet.

        It depends on the version and on the campaign as it is, not on events.
        """
        window = window_of(campaign, self._as_of)
        if window is None:
            return None
        with self._database.read() as at:
            members, offered = campaigns.members(at, campaign.id), offered_to(campaigns.offers(at, campaign.id))
        return compared(members, orders_of(self._context.snapshot, members, offered, window))

    # ---- making ----

    def find(self, source: Source) -> Found:
        """Return whom a source finds. Raises CampaignError for one that is not there."""
        return find(self._context, source)

    def draw(self, source: Source, options: DrawOptions) -> Draw:
        """Return a campaign before it is saved; see `draw`."""
        return draw(self._context, source, options)

    def make(
        self,
        drawn: Draw,
        *,
        name: str,
        key: str,
        text: str = "",
        price: float | None = None,
        discount: float | None = None,
        sent_on: date | None = None,
    ) -> int:
        """Save a campaign and return its number; the same key again returns that of the first one.

        Raises CampaignError for one without a name or without anybody to send to.
        """
        if not drawn.n_sent:
            raise CampaignError("Nobody is left to send to; choose another bundle or segment, or a smaller hold-out.")
        new = NewCampaign(
            key=key,
            name=_name(name),
            version=self._context.version.id,
            as_of=self._as_of,
            source=query_of(drawn.source),
            source_words=drawn.found.words,
            product_ids=drawn.found.product_ids,
            size=drawn.options.size,
            held_share=drawn.options.held_share,
            seed=drawn.options.seed,
            window_days=drawn.options.window_days,
            rest_days=drawn.options.rest_days,
            n_found=len(drawn.found.candidates),
            left_out=drawn.left_out,
            resting_until=drawn.resting_until,
            price=price,
            discount=discount,
            text=text[:LONGEST_TEXT],
            sent_on=sent_on,
        )
        members, offers = members_of(self._context, drawn), list(offers_of(self._context, drawn))
        with self._database.write() as at:
            found, is_new = campaigns.make(at, new, members, offers, person_id=self._me, now=_now())
            if is_new:
                self._note(at, CAMPAIGN_MADE, found, len(members))
        return found

    def rename(self, campaign_id: int, *, name: str, text: str) -> bool:
        """Change a campaign's name and text; return whether there is one. Raises CampaignError without a name."""
        with self._database.write() as at:
            return campaigns.change(at, campaign_id, name=_name(name), text=text[:LONGEST_TEXT])

    def send_on(self, campaign_id: int, day: date) -> bool:
        """Say on which day a campaign is, or was, sent: orders count from it; return whether there is one."""
        with self._database.write() as at:
            return campaigns.change(at, campaign_id, sent_on=day)

    def remove(self, campaign_id: int) -> bool:
        """Remove a campaign that was not sent; return whether it was removed. Its customers rest no more."""
        with self._database.write() as at:
            is_removed = campaigns.remove(at, campaign_id)
            if is_removed:
                self._note(at, CAMPAIGN_REMOVED, campaign_id)
        return is_removed

    # ---- calls ----

    def put_on_calls(self, campaign_id: int, key: str) -> int:
        """Put who clicked and did not order on their reps' call lists until the window ends; return how many.

        key     of the click, by which `take_off_calls` takes it back
        Raises CampaignError for a campaign that is not there or was not sent.
        """
        state = self.state(campaign_id)
        if state is None or state.window is None:
            raise CampaignError("The campaign is not there any more, or was not sent yet; load the page again.")
        until, to_call = state.window.ends_on, state.to_call.items()
        with self._database.write() as at:
            n = campaigns.put_on_calls(at, campaign_id, to_call, until=until, key=key, person_id=self._me, now=_now())
            self._note(at, CAMPAIGN_CALLS, campaign_id, n)
        return n

    def take_off_calls(self, campaign_id: int, key: str) -> int:
        """Take back what one click put on call lists; return how many customers."""
        with self._database.write() as at:
            return campaigns.take_off_calls(at, campaign_id, key)

    def note_export(self, campaign_id: int, file: str, n_rows: int) -> None:
        """Write into the audit trail that a file of a campaign left the app.

        file    what it is: `campaign`, `campaign-held`, `campaign-sheet`
        """
        with self._database.write() as at:
            self._note(at, EXPORT, campaign_id, n_rows, file=file, version=self._context.version.id)

    # ---- inner ----

    def _note(self, at: Writing, kind: str, campaign_id: int, n: int | None = None, **said: str) -> None:
        subjects = [f"campaign {campaign_id}"]
        who = self._me or None
        audit.record(at, now=_now(), kind=kind, person_id=who, subject_ids=subjects, row_count=n, filter=said or None)

    @property
    def _as_of(self) -> date:
        return self._context.as_of

    @property
    def _me(self) -> int:
        return self._context.desk.person_id

    def _may_be_called(self, customer_id: str) -> bool:
        found = self._context.snapshot.cache.names(self._context.version.id).customers.get(customer_id)
        return found is not None and found.is_pitched_to

    def _credits(
        self,
        at: Reading,
        campaign: Campaign,
        members: Iterable[Member],
        offered: Mapping[str, frozenset[str]],
        orders: Iterable[Ordered],
    ) -> Credits:
        """Return a campaign's orders by first and last touch, with the other campaigns of the same customers."""
        mailed = frozenset(one.customer_id for one in members if one.arm == SENT)
        mine = [one for one in orders if one.customer_id in mailed]
        sent_on = campaign.sent_on or campaign.at.date()
        since, until = sent_on - timedelta(_LONGEST_WINDOW), sent_on + timedelta(campaign.window_days)
        all_of = (campaign, *campaigns.others_of(at, campaign.id, since, until))
        ids = {one.customer_id for one in mine}
        events = list(campaign_events.of_customers(at, [one.id for one in all_of], sorted(ids)))
        others = [one.id for one in all_of[1:]]
        sent_to, products = {campaign.id: ids}, {campaign.id: offered}
        for other, arms in campaigns.arms_among(at, others, sorted(ids)).items():
            sent_to[other] = {customer_id for customer_id, arm in arms.items() if arm == SENT}
        products |= campaigns.offered_among(at, others, sorted(ids))
        zone = self._context.formats.time_zone
        touches = touches_of(all_of, sent_to, events, zone)
        days = {one.id: one.window_days for one in all_of}
        return credits_of(campaign.id, attributed(mine, touches, days, products, zone))


_LONGEST_WINDOW = 366


def _name(name: str) -> str:
    """Return a campaign's name in one line. Raises CampaignError for none."""
    found = " ".join(name.split())[:LONGEST_NAME]
    if not found:
        raise CampaignError("A campaign needs a name: it is the name of its file, too.")
    return found


def _now() -> datetime:
    return datetime.now(UTC)
