"""What a campaign's pages show of it: numbers and days alone, so that they can be kept for who asks the same again."""

from dataclasses import dataclass

from dashboard.activity.campaign_records import Campaign
from dashboard.activity.database import people
from dashboard.activity.database.campaign_revision import revision_among_all
from dashboard.activity.errors import ActivityUnavailable
from dashboard.campaigns.attribution import Credits
from dashboard.campaigns.effects import Comparison, Effects
from dashboard.campaigns.funnel import Funnel
from dashboard.campaigns.lots import Balance
from dashboard.campaigns.orders import Window
from dashboard.campaigns.queries import CampaignLine, CampaignQueries, CampaignState
from dashboard.data.answer_cache import AnswerCache, AnswerKey
from dashboard.display.page_context import PageContext

KEPT, KEPT_RESULT = "campaign", "campaign-result"
LARGEST = 999_999_999  # number of a campaign: every database can hold it


@dataclass(frozen=True)
class Figures:
    """A campaign with what is counted of it; no customer is in it.

    effects, credits    None: not sent yet
    n_to_call   who clicked and did not order and is on no call list yet
    n_called    who is on a call list because of it, or was
    """

    campaign: Campaign
    n_sent: int
    n_held: int
    balance: Balance
    window: Window | None
    effects: Effects | None
    funnel: Funnel
    credits: Credits | None
    n_to_call: int
    n_called: int

    @property
    def n_drawn(self) -> int:
        return self.n_sent + self.n_held


@dataclass(frozen=True)
class Result:
    """What `result_of` keeps."""

    found: Comparison | None


class NoCampaign(Exception):
    """There is no campaign of that number."""


def figures_of(context: PageContext, answers: AnswerCache, campaign_id: int) -> Figures | None:
    """Return what is shown of a campaign; None where there is none. Raises ActivityUnavailable without the database."""
    queries = CampaignQueries(context)
    with context.desk.database.read() as at:
        revision = revision_among_all(at, campaign_id)
    key = AnswerKey(context.version.id, context.viewer, revision, (campaign_id, context.desk.today))

    def make() -> Figures:
        state = queries.state(campaign_id)
        if state is None:
            raise NoCampaign
        return _figures(state)

    try:
        return answers.answer(KEPT, key, Figures, make)
    except NoCampaign:
        return None


def result_of(context: PageContext, answers: AnswerCache, line: CampaignLine) -> Comparison | None:
    """Return how many of a campaign ordered, against its hold-out, as the list of all shows it; None: not sent yet.

    Members and offers are as they were drawn, so that the day of sending is all that changes it, beside the version.
    """
    campaign = line.campaign
    revision = (campaign.at, campaign.sent_on, campaign.window_days, line.n_sent, line.n_held)
    key = AnswerKey(context.version.id, context.viewer, revision, (campaign.id,))
    queries = CampaignQueries(context)
    return answers.answer(KEPT_RESULT, key, Result, lambda: Result(queries.result(campaign))).found


def number_of(text: str) -> int | None:
    """Return the number of a campaign that an address names; None for what is none."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST))
    return int(text) if is_number else None


def is_campaign(context: PageContext, text: str) -> bool:
    """Return whether there is a campaign that an address names; without the database its page says so itself."""
    number = number_of(text)
    try:
        return number is not None and CampaignQueries(context).get(number) is not None
    except ActivityUnavailable:
        return True


def author_of(context: PageContext, campaign: Campaign) -> str:
    """Return the name of who made a campaign; empty where it is not known any more."""
    with context.desk.database.read() as at:
        return people.names(at, {campaign.person_id}).get(campaign.person_id, "")


def _figures(state: CampaignState) -> Figures:
    return Figures(
        campaign=state.campaign,
        n_sent=state.n_sent,
        n_held=state.n_held,
        balance=state.balance,
        window=state.window,
        effects=state.effects,
        funnel=state.funnel,
        credits=state.credits,
        n_to_call=len(state.to_call),
        n_called=len(state.calls),
    )
