//! The findings of reading data files, each with why it matters. The table of amazon-data.md §13.3 is their source.

use crate::diag::{Family, Level, Rule};

macro_rules! rules {
    ($($(#[$doc:meta])* $id:ident = $name:literal, $level:ident, $family:ident, $about:literal, $why:literal, $example:literal;)*) => {
        $($(#[$doc])* pub static $id: Rule = Rule {
            name: $name,
            level: Level::$level,
            family: Family::$family,
            about: $about,
            why: $why,
            example: $example,
        };)*
        /// Rules raised while data files are read.
        pub static RULES: &[&Rule] = &[$(&$id),*];
    };
}

rules! {
    /// A data file cannot be opened or is no file of its kind.
    FILE_UNREADABLE = "file-unreadable", Error, Data,
        "a data file cannot be opened, or is not what its first bytes say",
        "figures without one of their files would be too small and look right",
        "data/sales.xlsx is a web page   # download it again";
    /// No file matches a source.
    SOURCE_EMPTY = "source-without-files", Warning, Data,
        "no file matches `files:` of a source",
        "every figure of that source is a dash",
        "files: \"data/ads/*.csv\"   # the files lie in data/advertising/";
    /// A file below `data/` that no source reads.
    FILE_NOT_READ = "file-not-read", Warning, Data,
        "a data file below `data/` that no source reads",
        "whoever put it there waits for its figures, and the pages go on without them",
        "data/ads/jp1/report.xls   # `ads` takes `data/ads/**/*.{csv,xlsx}`: save it as xlsx";
    /// Bytes that are no text in the encoding.
    UNDECODABLE = "undecodable-bytes", Error, Data,
        "a text file holds bytes that are no text in its encoding",
        "replacement characters would make two names one, and digits vanish",
        "format: {encoding: shift_jis}   # or save the file as UTF-8";
    /// Nothing new for too long.
    STALE_SOURCE = "stale-source", Warning, Data,
        "the newest rows of a source are older than its `max_age` allows",
        "the pages go on showing figures, and nobody notices that nothing new arrives",
        "ads: {max_age: 3d}   # load the newest report, or raise `max_age`";
    /// One figure from two sources.
    COUNTED_TWICE = "counted-twice", Error, Data,
        "two sources that bring the same figures have rows of one store and day",
        "advertising cost from the console and from the API together is twice what was spent",
        "ads_api: {instead_of: ads, …}   # a store uses one of the two";
    /// Too few or too many rows.
    ROW_COUNT = "row-count", Warning, Data,
        "a file has fewer rows than `rows: {least: …}` of its source, or more than `most`",
        "a download that was cut, or another report under the same name, looks like any other file",
        "orders: {rows: {least: 10, most: 100000}}   # download the file again";
    /// Rows that do not add up to what the file says they do.
    SUMMARY_MISMATCH = "summary-mismatch", Error, Data,
        "the rows of a file do not add up to the total in its first row",
        "a file that was cut has fewer fees or sales than there were, and nothing else would show it",
        "a settlement report that ends in the middle   # download it again";
    /// No line holds the header cell.
    HEADER_NOT_FOUND = "header-not-found", Error, Data,
        "no line of the file holds the cell by which the header line is known",
        "without the header no column has a name, and columns are never told by position",
        "header: 日付/時間   # a cell of the header line";
    /// A used column is absent.
    COLUMN_MISSING = "column-missing", Error, Data,
        "a column that is used is not in the file",
        "a reader by position would take the next column and show a wrong number",
        "columns: {ordered_sales: {aliases: [注文商品の売上額]}}   # add the label of the file";
    /// A column nobody knows.
    COLUMN_UNKNOWN = "column-unknown", Note, Data,
        "a column that the preset does not know; it is left out",
        "reports grow columns, which must not stop a build, but may be a renamed one",
        "columns: {new_name: {aliases: [\"New label\"]}}";
    /// Two columns of the file are one column of the preset.
    COLUMN_AMBIGUOUS = "column-ambiguous", Error, Data,
        "two columns of a file match one column of the source",
        "nobody can say which of the two is meant",
        "remove the alias that is not meant, or name the two columns apart";
    /// A label stands twice.
    DUPLICATE_COLUMN = "duplicate-column", Warning, Data,
        "the header holds a label twice; the first is read",
        "a formula that names it means only one of them",
        "rename one of the two columns in the file";
    /// The header differs from the accepted one.
    HEADER_CHANGED = "header-changed", Error, Data,
        "the columns of a file are not those accepted in `kpress.lock`",
        "a report that lost or renamed a column can turn 5,610,675 yen into 227,580 without a word",
        "kpress data accept   # after looking at what changed";
    /// A number cannot be read.
    NUMBER_UNREADABLE = "number-unreadable", Warning, Data,
        "a cell of a number column is no number; its value is missing",
        "half a number is a wrong number",
        "284.36a   # correct the cell, or load the file again";
    /// A date cannot be read.
    DATE_UNREADABLE = "date-unreadable", Warning, Data,
        "a cell of a date column is no date in the declared form; the row belongs to no day",
        "a row on the wrong day changes two figures",
        "columns: {date: {kind: date, form: \"%d.%m.%Y\"}}";
    /// Day and month cannot be told apart.
    DATE_ORDER = "date-order-undeclared", Error, Data,
        "dates such as `01/02/2026` in a column in which no value is above 12",
        "January 2 and February 1 look alike, and are never guessed",
        "columns: {date: {kind: date, form: \"%m/%d/%Y\"}}";
    /// Rows of another currency or marketplace.
    MARKETPLACE_DIFFERS = "marketplace-differs", Error, Data,
        "a file names another currency or marketplace than its source counts; the file, or the row, is not used",
        "12.50 dollars counted as yen are a wrong sum that looks right",
        "ads_us: {files: \"data/ads_us/*.csv\", currency: USD}   # a source of its own for each currency";
    /// A share outside its scale.
    SCALE_OUT_OF_RANGE = "scale-out-of-range", Warning, Data,
        "a share lies outside the scale that is declared for its column",
        "5.57 read as a plain ratio is 557 %",
        "kind: percent, scale: hundred   # 5.57 means 5.57 %";
    /// Digits or texts lost to a spreadsheet.
    SPREADSHEET_DAMAGE = "spreadsheet-damage", Warning, Data,
        "an identifier that a spreadsheet turned into a rounded number, or a text that is its error; it is missing",
        "the digits are gone, and different products become one",
        "4.57349E+12   # download again and do not save it from a spreadsheet";
    /// Characters lost before the download.
    LOST_CHARACTERS = "lost-characters", Warning, Data,
        "texts in which characters were replaced by `?` before the file was written",
        "they cannot be repaired, only loaded again from a better source",
        "???? 350ml   # ask for the report in UTF-8";
    /// A file without dates and without a period.
    PERIOD_UNDECLARED = "period-undeclared", Error, Data,
        "the rows of a file carry no dates, and nothing says which period they are of; the file is not used",
        "the day of the download is not the period of the figures",
        "period: {from: path, pattern: \"data/stock/{period}.txt\"}";
    /// Rows that say they are of other days than their file.
    PERIOD_DIFFERS = "period-differs", Error, Data,
        "the rows of a file name other days than the period the source declares or the path names; the file is not used",
        "a week of Amazon begins on Sunday: taken for a week that begins on Monday it looks whole and is wrong",
        "2021-W23.json   # rows of 2021-06-06 to 2021-06-12: name it 2021-06-06..2021-06-12.json";
    /// The path does not tell the store.
    STORE_UNKNOWN = "store-unknown", Error, Data,
        "the store of a file or row is not known",
        "its rows would count for the company and for no store",
        "store: {from: path, pattern: \"data/ads/{store}/\"}";
    /// Visits are not there yet.
    TRAFFIC_NOT_LOADED = "traffic-not-loaded", Warning, Data,
        "a row with units but without visits: the visits are not loaded yet and count as missing",
        "Amazon fills visits days later; until then a conversion rate would be infinite",
        "load the report of the day again";
    /// Days without rows.
    DAY_MISSING = "day-missing", Warning, Data,
        "days without rows between the first and the last day of a store",
        "a day that was not loaded is not a day without sales",
        "load the report of those days, or set `absent: zero` on the source";
    /// A day far above the others.
    VALUE_IMPLAUSIBLE = "value-implausible", Warning, Data,
        "a day whose sum is a hundred times that of an ordinary day; ten times is a note",
        "one digit too many outweighs a month, and every comparison with it",
        "ordered_sales of 2026-07-06 comes to 1000000000000   # compare it with the report";
    /// Identical rows.
    DUPLICATE_ROWS = "duplicate-rows", Note, Data,
        "rows that occur in more than one download were counted once",
        "overlapping downloads repeat rows",
        "nothing to do; the number is on the data page";
    /// A later file replaced days of an earlier one.
    ROWS_RESTATED = "rows-restated", Note, Data,
        "a later file holds days that an earlier file holds too; its rows replaced them",
        "two files over one day count once; if they hold different things they belong to two sources",
        "sources: {ads_sp: …, ads_sb: …}   # one source for each kind of report";
    /// Rows after the as-of day.
    ROWS_AFTER_AS_OF = "rows-after-as-of", Note, Data,
        "rows dated after the as-of day were left out",
        "what was not known on that day must not change a figure of it",
        "as_of: latest_complete";
    /// Personal columns.
    PERSONAL_DROPPED = "personal-data-dropped", Note, Data,
        "columns with data of buyers were dropped while reading",
        "nothing on the site needs them, and what is not there cannot leak",
        "keep: [ship_state]   # a column that is needed and allowed";
    /// A limit of files.
    DATA_LIMIT = "data-limit", Error, Limit,
        "a file is larger than data files may be: cell, columns, rows or decompressed size",
        "a broken or hostile file must not fill the memory of the machine",
        "an unclosed quote makes one cell of the rest of the file";
    /// A quote that is never closed.
    UNCLOSED_QUOTE = "unclosed-quote", Error, Data,
        "a quoted cell has no closing quote",
        "everything after it would be one cell, and those rows would be lost",
        "format: {quoting: none}   # if quotes are plain characters in this file";
    /// A row longer than the header.
    ROW_WIDTH = "row-width", Warning, Data,
        "a row has more cells than the header has columns; the cells beyond are left out",
        "a delimiter inside a cell moves every later cell by one column",
        "quote the cell that holds the delimiter";
    /// A file that ends in the middle.
    FILE_CUT = "file-cut", Error, Data,
        "a file ends within a row, or without a line end after its last row",
        "what came after is lost, and the figures of its last days are too small and look right",
        "…,1,98   # download the file again; if the row is whole, write a line end after it";
    /// A row that is not used.
    ROW_SET_ASIDE = "row-set-aside", Warning, Data,
        "a row that cannot be used: it has not the cells of the header, lacks what names it, breaks an invariant, or contradicts another row",
        "a row read by guess gives a wrong number; without it its day counts as not whole",
        "￥1,980 without quotes makes two cells of one   # mend the row, or download the file again";
    /// Too many rows that are not used.
    QUARANTINE_LIMIT = "quarantine-limit", Error, Data,
        "so many rows of a file cannot be used that the file is refused",
        "where many rows are damaged the others are not to be trusted; the site keeps what it showed before",
        "ads: {quarantine: {most: 50, share: 5%}}   # or download the file again";
    /// Totals among the rows.
    TOTALS_LEFT_OUT = "totals-left-out", Note, Data,
        "a row of totals among the rows of data was left out",
        "added to the rows it sums up it doubles every figure",
        "合計,￥1,980,000   # nothing to do";
    /// A value that no word means.
    VALUE_UNKNOWN = "value-unknown", Warning, Data,
        "a cell of a column whose values are all known holds another one",
        "figures that ask for a value find none of these rows: they show too little, or a dash, and look right",
        "columns: {disposition: {words: {SELLABLE: [販売可]}}}   # on the source: what the value means";
    /// A report of the same folder with other rows.
    ANOTHER_REPORT = "another-report", Error, Data,
        "a file has a column that only another report has, such as the search terms of advertising",
        "its rows cut the same figures otherwise, and would replace the report of their days",
        "refuse: []   # on a source of its own for such files";
    /// A balance that is not there the next day.
    BALANCE_VANISHED = "balance-vanished", Warning, Data,
        "stock that a day closed with is in no row of the day after, which was loaded",
        "the stock of that day is too small and looks right",
        "…   # download the ledger of the day again, for all products and places";
    /// Several presets fit.
    PRESET_UNCLEAR = "preset-unclear", Warning, Data,
        "`kpress data inspect` met a file whose columns fit several presets, and its name tells none of them",
        "reports of Sponsored Products, Brands and Display count sales within other windows; taken for another the sums are wrong",
        "SponsoredBrands-2026-07.csv   # or `preset: amazon/ads-sb-console` on the source";
    /// Equal rows in one file.
    EQUAL_ROWS = "equal-rows", Note, Data,
        "rows of one file that are equal in every cell",
        "two equal rows may be two equal sales, or one row pasted twice; nothing in the file tells",
        "once: true   # on the source, if its report never repeats a row";
    /// Finer grain than the rows have.
    GRAIN_TOO_COARSE = "grain-too-coarse", Error, Data,
        "a metric is measured at a finer grain than the rows of its source have",
        "a figure of a week or month cannot be cut into days",
        "grain: month   # on the metric";
}
