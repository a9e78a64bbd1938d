"""What of a record a viewer may see: everything else is taken out here, before any page, file or search has it."""

from dataclasses import replace

from dashboard.access.permissions import EMAIL, EMAIL_IF_ALLOWED, MARGIN, NAMES, PHONE, REVENUE, STOCK
from dashboard.records.customers import Customer
from dashboard.records.products import Product

Fields = frozenset[str]


def shown_customer(customer: Customer, fields: Fields) -> Customer:
    """Return a customer without what is not among the fields; of one without a name the name is the id."""
    has_email = EMAIL in fields or (EMAIL_IF_ALLOWED in fields and customer.may_contact is not False)
    shows_all = has_email and fields >= {NAMES, PHONE, REVENUE}
    if shows_all:
        return customer
    has_revenue = REVENUE in fields
    return replace(
        customer,
        name=customer.name if NAMES in fields else customer.customer_id,
        phone=customer.phone if PHONE in fields else None,
        email=customer.email if has_email else None,
        revenue_12m=customer.revenue_12m if has_revenue else None,
        revenue_12m_before=customer.revenue_12m_before if has_revenue else None,
        revenue_90d=customer.revenue_90d if has_revenue else None,
        revenue_90d_before=customer.revenue_90d_before if has_revenue else None,
        rfm_monetary=customer.rfm_monetary if has_revenue else None,
        cluster=customer.cluster if has_revenue else None,  # learned from revenue, too
        cluster_before=customer.cluster_before if has_revenue else None,
    )


def shown_product(product: Product, fields: Fields) -> Product:
    """Return a product without what is not among the fields; its cost is there for who may see margins."""
    hides_revenue = product.revenue_12m is not None and REVENUE not in fields
    hides_cost = product.cost is not None and MARGIN not in fields
    hides_stock = product.stock is not None and STOCK not in fields
    if not (hides_revenue or hides_cost or hides_stock):
        return product
    return replace(
        product,
        revenue_12m=None if hides_revenue else product.revenue_12m,
        cost=None if hides_cost else product.cost,
        stock=None if hides_stock else product.stock,
        stock_on=None if hides_stock else product.stock_on,
    )
