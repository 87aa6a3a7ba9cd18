"""Writes the workbooks and Parquet files of this folder, and the CSV that says the same. Every value is invented.

    python3 gen.py            # the workbooks and the CSV: the standard library is enough
    python3 gen.py parquet    # the Parquet files too: needs pyarrow (written with 26.0.1)

The workbooks are zip archives of hand-written XML, so that each trap is there on purpose: see README.md.
"""

import datetime as dt
import sys
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

HERE = Path(__file__).parent
HEADER = ["日付", "ストア", "広告費", "クリック率", "売上", "キャンペーンID", "商品名"]
# Day, store, cost, rate in percent, sales, id, title.
ROWS = [
    ("2026-02-28", "jp1", "1200", "5.57", "12800.5", "254927681919372", "緑茶 50g"),
    ("2026-03-01", "jp1", "980", "0.4", "10000", "254927681919373", "マグ <赤> & 白"),
    ("2026-03-01", "jp2", "0", "0", "0", "012345678901234", "=A1+B1"),
    ("2026-03-02", "jp1", "１２３", "12", "-450", "254927681919374", "フライパン"),
    ("2026-03-03", "jp2", "77", "100", "3300.25", "", ""),
]


def write_csv():
    lines = [",".join(HEADER)]
    for day, store, cost, rate, sales, ident, title in ROWS:
        lines.append(",".join([day.replace("-", "/"), store, cost, rate + "%", sales, ident, title]))
    (HERE / "ads.csv").write_text("\r\n".join(lines) + "\r\n", encoding="utf-8", newline="")


# Styles of cells: 0 general, 1 date, 2 percent with decimals, 3 date and time, 4 [h]:mm.
STYLES = """<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy/mm/dd"/><numFmt numFmtId="165" formatCode="yyyy/mm/dd hh:mm:ss"/></numFmts>
<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>
<cellStyleXfs count="1"><xf/></cellStyleXfs>
<cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="10" applyNumberFormat="1"/>
<xf numFmtId="165" applyNumberFormat="1"/><xf numFmtId="46" applyNumberFormat="1"/></cellXfs></styleSheet>"""


def serial(day, epoch=dt.date(1899, 12, 30)):
    """Days as a workbook counts them: since 1900, which it takes for a leap year."""
    return (dt.date.fromisoformat(day) - epoch).days


def cell(at, value, style=0):
    """A cell: numbers as they are, texts inline; a tuple is (formula, stored result or None)."""
    style = f' s="{style}"' if style else ""
    if value is None:
        return ""
    if isinstance(value, tuple):
        formula, stored = value
        kind = ' t="str"' if isinstance(stored, str) else ""
        result = "" if stored is None else f"<v>{escape(str(stored))}</v>"
        return f'<c r="{at}"{style}{kind}><f>{escape(formula)}</f>{result}</c>'
    if isinstance(value, bool):
        return f'<c r="{at}"{style} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{at}"{style}><v>{value!r}</v></c>'
    if value.startswith("#"):
        return f'<c r="{at}"{style} t="e"><v>{value}</v></c>'
    return f'<c r="{at}"{style} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


class Shared(str):
    """A text that is kept once for the whole workbook."""


class Book:
    def __init__(self, date1904=False):
        self.sheets, self.strings, self.date1904 = [], [], date1904

    def sheet(self, name, rows, state="visible", merged=(), dimension=None):
        """Rows: line -> {column letter: value or [value, style]}."""
        body = []
        for line, cells in rows.items():
            texts = []
            for column, value in cells.items():
                value, style = value if isinstance(value, list) else (value, 0)
                if isinstance(value, Shared):
                    if value not in self.strings:
                        self.strings.append(value)
                    at = self.strings.index(value)
                    texts.append(f'<c r="{column}{line}" s="{style}" t="s"><v>{at}</v></c>')
                else:
                    texts.append(cell(f"{column}{line}", value, style))
            body.append(f'<row r="{line}">{"".join(texts)}</row>')
        size = f'<dimension ref="{dimension}"/>' if dimension else ""
        spans = "".join(f'<mergeCell ref="{span}"/>' for span in merged)
        spans = f'<mergeCells count="{len(merged)}">{spans}</mergeCells>' if merged else ""
        self.sheets.append((name, state, f"{size}<sheetData>{''.join(body)}</sheetData>{spans}"))

    def write(self, name):
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        package = "http://schemas.openxmlformats.org/package/2006"
        kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
        numbered = list(enumerate(self.sheets, 1))
        parts = {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
            + "".join(f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{kinds}.worksheet+xml"/>' for at, _ in numbered)
            + f'<Override PartName="/xl/styles.xml" ContentType="{kinds}.styles+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="{kinds}.sharedStrings+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}">'
            + ('<workbookPr date1904="1"/>' if self.date1904 else "")
            + "<sheets>"
            + "".join(f'<sheet name={quoteattr(sheet)} sheetId="{at}" state="{state}" r:id="rId{at}"/>' for at, (sheet, state, _) in numbered)
            + "</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
            + "".join(f'<Relationship Id="rId{at}" Type="{office}/worksheet" Target="worksheets/sheet{at}.xml"/>' for at, _ in numbered)
            + f'<Relationship Id="rId{len(numbered) + 1}" Type="{office}/styles" Target="styles.xml"/>'
            + f'<Relationship Id="rId{len(numbered) + 2}" Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
            "xl/styles.xml": STYLES,
            "xl/sharedStrings.xml": f'<sst xmlns="{main}" uniqueCount="{len(self.strings)}">'
            + "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in self.strings)
            + "</sst>",
        }
        for at, (_, _, body) in numbered:
            parts[f"xl/worksheets/sheet{at}.xml"] = f'<worksheet xmlns="{main}">{body}</worksheet>'
        with zipfile.ZipFile(HERE / name, "w", zipfile.ZIP_DEFLATED) as out:
            for path, text in parts.items():
                # The same bytes on every day the script runs.
                out.writestr(zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0)), '<?xml version="1.0" encoding="UTF-8"?>\n' + text, zipfile.ZIP_DEFLATED)


def write_twin():
    """The rows of ads.csv as a spreadsheet keeps them: below a title, on the second sheet, the first being hidden."""
    book = Book()
    book.sheet("下書き", {1: {"A": "日付", "C": "広告費"}, 2: {"A": "2026/03/01", "C": 999999}}, state="hidden")
    rows = {1: {"B": Shared("広告レポート 2026年3月")}, 3: {}}
    rows[3] = {letter: Shared(label) for letter, label in zip("BCDEFGH", HEADER)}
    for line, (day, store, cost, rate, sales, ident, title) in enumerate(ROWS, 4):
        number = float(sales) if "." in sales else int(sales)
        rows[line] = {
            "B": [serial(day), 1],
            "C": Shared(store),
            "D": int(cost) if cost.isascii() else cost,
            "E": [float(rate) / 100, 2],
            "F": number,
            "G": Shared(ident) if ident else None,
            "H": title or None,
        }
    # A date typed as text, a percentage typed as text, a result that was stored beside its formula.
    rows[5]["B"] = "2026/03/01"
    rows[5]["E"] = "0.40%"
    rows[7]["F"] = ("1000*3-3450", -450)
    # An identifier typed as a number, short enough to be whole.
    rows[4]["G"] = 254927681919372
    book.sheet("広告", rows, merged=["B1:H1"], dimension="A1:XFD1048576")
    book.sheet("翌月", {1: dict(zip("ABCDEFG", HEADER)), 2: {"A": [serial("2026-04-01"), 1], "B": "jp1", "C": 5, "D": [0.5, 2], "E": 10}})
    book.write("ads.xlsx")


def write_faults():
    """What goes wrong in spreadsheets, one fault a row."""
    rows = {1: dict(zip("ABCD", ["date", "sku", "units", "note"]))}
    days = [serial(f"2026-05-{day:02}") for day in range(1, 9)]
    for line, day in enumerate(days, 2):
        rows[line] = {"A": [day, 1], "B": f"A-{line}", "C": line, "D": "ok"}
    rows[3]["C"] = "#N/A"
    rows[4]["C"] = ("VLOOKUP(B4,$F$1:$G$9,2,FALSE)", None)
    rows[5]["B"] = 1234567890123456789
    rows[6]["D"] = "#REF!"
    rows[7]["A"] = "May 8th"
    rows[8]["C"] = "12a"
    # A cell below no label.
    rows[9]["F"] = "left over"
    book = Book()
    book.sheet("Stock & more", rows)
    book.write("faults.xlsx")


def write_1904():
    """Days counted since 1904, and a time."""
    epoch = dt.date(1904, 1, 1)
    book = Book(date1904=True)
    book.sheet("Sheet1", {1: {"A": "date", "B": "n"}, 2: {"A": [serial("2026-05-01", epoch), 1], "B": 1}, 3: {"A": [serial("2026-05-02", epoch) + 0.75, 3], "B": 2}})
    book.write("since-1904.xlsx")


def write_far():
    """Two cells, as far from each other as a sheet is large: 17 billion cells if somebody made room for them all."""
    book = Book()
    book.sheet("Sheet1", {1: {"A": "date", "B": "n"}, 2: {"A": "2026-05-01", "B": 1}, 1048576: {"XFD": "x"}})
    book.write("far.xlsx")


def write_bombs():
    """Eight megabytes of nothing in a few kilobytes: told honestly, and with sizes that are not true."""
    book = Book()
    book.sheet("Sheet1", {1: {"A": "n"}, 2: {"A": " " * (8 << 20)}})
    book.write("bomb.xlsx")
    honest = (HERE / "bomb.xlsx").read_bytes()
    lying, at = bytearray(honest), 0
    with zipfile.ZipFile(HERE / "bomb.xlsx") as archive:
        sizes = {entry.filename: entry for entry in archive.infolist()}
    entry = sizes["xl/worksheets/sheet1.xml"]
    old, new = entry.file_size.to_bytes(4, "little"), (100).to_bytes(4, "little")
    lying[entry.header_offset + 22 : entry.header_offset + 26] = new
    at = honest.rindex(b"xl/worksheets/sheet1.xml") - 46 + 24
    assert lying[at : at + 4] == old
    lying[at : at + 4] = new
    (HERE / "bomb-untrue.xlsx").write_bytes(lying)
    with zipfile.ZipFile(HERE / "archive.xlsx", "w") as out:
        out.writestr(zipfile.ZipInfo("sales.csv", (2026, 1, 1, 0, 0, 0)), "date,n\n2026-05-01,1\n")


def write_parquet():
    import pyarrow as pa
    import pyarrow.parquet as pq
    from decimal import Decimal

    days = [dt.date.fromisoformat(row[0]) for row in ROWS]
    plain = {
        "日付": pa.array(days, pa.date32()),
        "ストア": pa.array([row[1] for row in ROWS]).dictionary_encode(),
        "広告費": pa.array([int(row[2]) if row[2].isascii() else None for row in ROWS], pa.int32()),
        "クリック率": pa.array([0.0557, 0.004, 0.0, 0.12, 1.0], pa.float64()),
        "売上": pa.array([Decimal(row[4]) for row in ROWS], pa.decimal128(12, 2)),
        "キャンペーンID": pa.array([row[5] or None for row in ROWS], pa.large_string()),
        "商品名": pa.array([row[6] or None for row in ROWS], pa.string()),
    }
    pq.write_table(pa.table(plain), HERE / "ads.parquet", compression="snappy")

    tokyo = dt.timezone(dt.timedelta(hours=9))
    moments = [dt.datetime(2026, 5, 1, 23, 30, tzinfo=dt.timezone.utc), dt.datetime(2026, 5, 1, 23, 30, tzinfo=tokyo), None]
    odd = {
        "at": pa.array(moments, pa.timestamp("us", tz="Asia/Tokyo")),
        "local": pa.array([dt.datetime(2026, 5, 1, 8, 0, 0, 250000), dt.datetime(2026, 5, 2), None], pa.timestamp("ms")),
        "small": pa.array([-128, 127, None], pa.int8()),
        "large": pa.array([2**63, 2**64 - 1, None], pa.uint64()),
        "cost": pa.array([1.5, float("nan"), float("inf")], pa.float64()),
        "short": pa.array([0.1, 2.5, None], pa.float32()),
        "ok": pa.array([True, False, None], pa.bool_()),
        "empty": pa.nulls(3),
        "tags": pa.array([["a"], ["b", "c"], None], pa.list_(pa.string())),
        "who": pa.array([{"x": 1}, {"x": 2}, None], pa.struct([("x", pa.int64())])),
        "raw": pa.array([b"\x00\xff", b"a", None], pa.binary()),
        "took": pa.array([1500, 2, None], pa.duration("ms")),
    }
    pq.write_table(pa.table(odd), HERE / "odd.parquet", compression="zstd")

    # A hundred and fifty million equal rows in a few kilobytes.
    many = pa.chunked_array([pa.repeat(pa.scalar(7, pa.int64()), 150_000_000)])
    options = {"row_group_size": 150_000_000, "compression": "zstd", "max_rows_per_page": 150_000_000, "write_batch_size": 10_000_000}
    pq.write_table(pa.table({"n": many}), HERE / "bomb.parquet", **options)


if __name__ == "__main__":
    write_csv()
    write_twin()
    write_faults()
    write_1904()
    write_far()
    write_bombs()
    if sys.argv[1:] == ["parquet"]:
        write_parquet()
