"""The frozen records that answers are made of."""
