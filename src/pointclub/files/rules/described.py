"""The schema of a feed as a page of documentation shows it."""

from pointclub.files.rules.schema import HEADER_MARK, TRAILER_MARK, Feed, Kind


def described(feed: Feed) -> str:
    """Return the feed's section of docs/files.md, which a test holds against this."""
    totals = "".join(f",<sum of {name}>" for name in feed.totals)
    rows = "".join(
        f"| `{column.name}` | {column.meaning} | {_cell(column.kind, column.longest, column.greatest)} "
        f"| {'yes' if column.is_required else 'no'} |\n"
        for column in feed.columns
    )
    return f"""## `{feed.name}`

{feed.meaning} The sender is {feed.sender}.

```
{HEADER_MARK},{feed.name},{feed.version},<sender>,<sequence number>,<day made>
{",".join(column.name for column in feed.columns)}
...
{TRAILER_MARK},<number of rows>{totals}
```

| column | meaning | cell | required |
|---|---|---|---|
{rows}"""


def _cell(kind: Kind, longest: int, greatest: int) -> str:
    if kind is Kind.NUMBER:
        return f"{kind}, at most {greatest:,}"
    return f"{kind}, at most {longest} characters" if kind in {Kind.CODE, Kind.TEXT} else str(kind)
