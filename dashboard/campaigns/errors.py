"""What cannot be done about a campaign; the message is for the person."""


class CampaignError(Exception):
    """A campaign cannot be made, found or changed as it was asked for: the message names what, and what to do."""
