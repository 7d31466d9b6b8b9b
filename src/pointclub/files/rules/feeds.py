"""The feeds that the club knows."""

from pointclub.files.rules.schema import Column, Feed, Kind

PURCHASES = Feed(
    name="purchases",
    version=1,
    meaning="What members bought at one merchant: each row becomes points that wait for the balance update.",
    sender="the merchant's number, six digits",
    columns=(
        Column("reference", "the merchant's own number of the sale; the same number is the same sale, ever", Kind.CODE),
        Column("member_number", "the member's number, without hyphens", Kind.MEMBER_NUMBER),
        Column("store_code", "the merchant's code of the store", Kind.CODE, is_required=False, longest=20),
        Column("sold_at", "when it was sold", Kind.INSTANT),
        Column("price_yen", "the price with tax, in yen", Kind.NUMBER),
        Column("ineligible_yen", "the part of the price that earns nothing", Kind.NUMBER, is_required=False),
        Column("tax_yen", "the tax within the rest of the price", Kind.NUMBER, is_required=False),
        Column("points", "a number of points agreed another way, instead of the rule", Kind.NUMBER, is_required=False),
        Column("note", "anything; kept only with a bad row", Kind.TEXT, is_required=False, longest=200),
    ),
    totals=("price_yen", "points"),
)

OPENING_BALANCES = Feed(
    name="opening-balances",
    version=1,
    meaning="Points brought over from an older system, each row with its own last day.",
    sender="a name for the older system, such as legacy",
    columns=(
        Column("reference", "the older system's number of the entry; the same number is the same entry", Kind.CODE),
        Column("member_number", "the member's number, without hyphens", Kind.MEMBER_NUMBER),
        Column("points", "how many points", Kind.NUMBER),
        Column("usable_through", "the last day on which they can be used", Kind.DAY),
        Column("note", "anything; kept only with a bad row", Kind.TEXT, is_required=False, longest=200),
    ),
    totals=("points",),
)

FEEDS = (PURCHASES, OPENING_BALANCES)
