"""One campaign: whom it is for, what it brought against who was held out, what is done with it."""
