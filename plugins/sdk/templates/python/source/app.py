"""Exchange rates, page by page: `GET /v1/rates?page=0` answers `{"rates": [{"day", "currency", "rate"}], "more": true}`.

Change the origin, the path and `rows.py` to what your server says.
"""

import wit_world.exports
from componentize_py_types import Err
from wit_world.exports.source import NamedBatch, Page, SourceInfo, Table, WantedHost, WantedSecret
from wit_world.imports import http
from wit_world.imports.types import Batch

import kpress
from rows import SCALE, rows_of


def ask(page, since, until):
    query = [("page", str(page)), ("until", str(until))]
    if since is not None:
        query.append(("since", str(since)))
    # The host fills the secret in as the request leaves; a plugin never sees it.
    headers = [http.Header("authorization", http.Value_Secret("token"))]
    request = http.Request(
        "api", http.Method.GET, http.Target_Path("/v1/rates"), query, headers, http.Body_Empty(), [], 30_000, 1 << 24, None
    )
    try:
        answer = http.fetch(request)
    except Err as error:
        raise kpress.failed(f"the request failed: {error.value}")
    if answer.status == 429:
        waits = [value for name, value in answer.headers if name.lower() == "retry-after" and value.isdigit()]
        raise kpress.retry_later(int(waits[0]) if waits else 60)
    if answer.status != 200:
        raise kpress.failed(f"the server answered {answer.status}")
    return answer.body.decode()


class Source(wit_world.exports.Source):
    def describe(self):
        fields = [kpress.date_field("day"), kpress.text_field("currency"), kpress.decimal_field("rate", SCALE)]
        return [
            SourceInfo(
                "rates",
                "Exchange rates",
                [Table("rates", fields, ["day", "currency"])],
                "{}",
                [WantedHost("api", "https://api.example.com", ["GET"], ["/v1/rates"], "the rates of each day")],
                [WantedSecret("token", ["api"], False, "the server wants to know who asks")],
                [],
            )
        ]

    @kpress.guard
    def next_page(self, id, ctx, since, until, cursor):
        # All that is known between two pages is the cursor: here the number of the page.
        page = 0 if cursor is None else int(cursor.decode())
        text = ask(page, since, until)
        try:
            rows, more = rows_of(text)
        except ValueError as error:
            raise kpress.bad_data(str(error))
        columns = [
            kpress.date_column("day", [day for day, _, _ in rows]),
            kpress.text_column("currency", [currency for _, currency, _ in rows]),
            kpress.decimal_column("rate", SCALE, [rate for _, _, rate in rows]),
        ]
        cursor = str(page + 1).encode() if more else None
        return Page([NamedBatch("rates", Batch(len(rows), columns))], cursor, not more, 0)
