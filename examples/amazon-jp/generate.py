#!/usr/bin/env python3
"""Writes `data/**` and `expected.json` of this example: three invented shops on amazon.co.jp, 2023-07-01 to 2025-12-31.

Every value is invented; nothing comes from a real account. Header rows, encodings, line ends, preambles and date forms
are those of the real reports. Needs Python 3.11 or newer and nothing else:

    python3 generate.py

One seed, one random stream per subject, no clock, gzip without time stamp: a second run writes the same bytes (the
compressed bytes of `.gz` may depend on the zlib version, what is inside them does not).

The story
=========
jp1 sells kitchenware, jp2 bags, jp3 lighting. A few products are sold by two shops: same ASIN, own SKU. All three grow
slowly (8, 12 and 15 % a year).

Season    Kitchenware peaks in spring (new homes) and December, cool bags in summer, lighting in autumn. Weekends are
          stronger than weekdays, Golden Week a little stronger, Obon and the turn of the year weaker.
Sales     Prime Day 2023-07-11..12 (early from 07-09), 2024-07-16..17 (from 07-11), 2025-07-11..14 (from 07-08): visits
          times 2.6, conversion times 1.25, half of the products 15 % cheaper. Weaker: Black Friday 2024 from 11-27 (its
          end is not known; the rise here lasts to 12-02), Prime Kanshasai 2025-10-04..10, Black Friday 2025-11-21..12-01.
          A rival's sale 2025-09-04..11 costs 4 % of the visits.
Price     About half of the prices rise by some 5 % on 2025-04-01, costs rise twice.

Planted
-------
(a) jp1, 2025-09-08..17: the listings of the frying pans and the mugs are suppressed. Their visits fall to 4 %, those of
    the shop to about half; conversion of the rest is as ever. Three more days until the visits are back.
(b) jp2, 2025-11-03..20: a bad batch of the 20 L backpack (sold from 10-20) brings bad ratings, 4.4 to 3.6. Its
    conversion falls to 30 %, that of the other bags to 70 %; visits do not change, so ACoS rises. Half the gap is closed
    by 11-30. 16 % of the bad batch comes back, mostly as defective.
(c) jp3, in the middle of Prime Day: the lantern, its best seller, runs out on the evening of 2025-07-12. The ledger shows 0
    from 07-13 to 07-27; the late container comes on 07-28. Units fall, its campaigns stop, its visits are halved.
(d) The kettle of jp1 is on sale from 2025-12-01 and has no cost yet: the margin of December is not known.
(e) Attributed sales of the last seven days are still low (55 % on the newest day) and will be restated.
"""
import csv
import datetime as dt
import functools
import gzip
import io
import json
import math
import os
import random
import re
import shutil
from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "data")
SEED = "kpress amazon-jp 1"

FIRST, LAST = dt.date(2023, 7, 1), dt.date(2025, 12, 31)
DAYS = [FIRST + dt.timedelta(n) for n in range((LAST - FIRST).days + 1)]
TRANSACTIONS_FROM = dt.date(2024, 10, 1)
ORDERS_FROM = dt.date(2025, 7, 1)
# Orders are downloaded in windows of 30 days, the most Amazon allows, that overlap by two.
ORDER_WINDOW, ORDER_STEP = 30, 28
JST = dt.timedelta(hours=9)


def day(text):
    return dt.date.fromisoformat(text)


def stream(*names):
    """A random stream of its own per subject, so that a change in one report does not touch the others."""
    return random.Random("/".join((SEED, *map(str, names))))


# --- Products ---------------------------------------------------------------------------------------------------------
# SKU, ASIN, parent, title, category, price with tax, share of visits, conversion, FBA fee, cost and first leg in CNY, launch
STORES = {
    "jp1": {"visits": 600, "growth": .08, "products": [
        ("JP1-PAN-26", "B0KPR00101", "B0KPRP0010", "フライパン 26cm IH対応 ふっ素加工", "kitchen", 3680, 17, .054, 548, 39.80, 7.20, None),
        ("JP1-PAN-20", "B0KPR00102", "B0KPRP0010", "フライパン 20cm IH対応 ふっ素加工", "kitchen", 2980, 10, .050, 514, 31.50, 5.60, None),
        ("JP1-MUG-RED", "B0KPR00103", "B0KPRP0011", "ステンレス マグカップ 蓋付き 赤 350ml", "kitchen", 1980, 13, .056, 434, 18.50, 3.20, None),
        ("JP1-MUG-BLU", "B0KPR00104", "B0KPRP0011", "ステンレス マグカップ 蓋付き 青 350ml", "kitchen", 1980, 11, .053, 434, 18.50, 3.20, None),
        ("JP1-MUG-L", "B0KPR00105", "B0KPRP0011", "ステンレス マグカップ 蓋付き 大 500ml", "kitchen", 2480, 6, .048, 434, 22.10, 4.10, None),
        ("JP1-BOTTLE", "B0KPR00106", "B0KPRP0012", "真空断熱 水筒 500ml 直飲み", "kitchen", 2280, 8, .050, 434, 21.00, 3.90, None),
        ("JP1-KNIFE", "B0KPR00107", "B0KPRP0013", "三徳包丁 17cm 一体型ハンドル", "kitchen", 4280, 6, .038, 434, 46.00, 4.40, None),
        ("JP1-BOARD-2", "B0KPR00108", "B0KPRP0014", "まな板 2枚セット 食洗機対応", "kitchen", 2180, 6, .047, 514, 19.60, 5.80, None),
        ("JP1-LUNCH", "B0KPR00109", "B0KPRP0015", "弁当箱 2段 仕切り付き 900ml", "kitchen", 1780, 6, .049, 434, 15.20, 3.60, None),
        ("JP1-DRIP", "B0KPR00110", "B0KPRP0016", "コーヒードリッパー 陶器 1〜2杯用", "kitchen", 1680, 5, .046, 434, 14.80, 3.90, "2024-04-01"),
        ("JP1-LED-10", "B0KPR00301", "B0KPRP0030", "LEDライト 10個セット, \"防水\" 電池付き", "lighting", 1280, 4, .055, 318, 9.60, 1.30, None),
        ("JP1-TEA-50", "B0KPR00111", "B0KPRP0017", "ルイボスティー ティーバッグ 50包", "tea", 1480, 7, .062, 318, 12.40, 2.20, None),
        ("JP1-TEA-G", "B0KPR00112", "B0KPRP0017", "緑茶 ティーバッグ 40包 国産茶葉", "tea", 1180, 5, .060, 318, 10.90, 2.00, None),
        ("JP1-KETTLE", "B0KPR00113", "B0KPRP0018", "電気ケトル 0.8L 温度調節", "kitchen", 4980, 9, .040, 589, None, None, "2025-12-01"),
    ]},
    "jp2": {"visits": 470, "growth": .12, "products": [
        ("JP2-PACK-20", "B0KPR00201", "B0KPRP0020", "リュック 20L 撥水 通勤通学", "bags", 4980, 20, .050, 589, 52.00, 9.80, None),
        ("JP2-PACK-30", "B0KPR00202", "B0KPRP0020", "リュック 30L 撥水 旅行", "bags", 5980, 8, .040, 712, 63.00, 12.50, None),
        ("JP2-BAG-L", "B0KPR00203", "B0KPRP0021", "保冷バッグ L ①大容量 髙さ38cm", "bags", 3480, 13, .051, 589, 33.00, 8.80, None),
        ("JP2-BAG-S", "B0KPR00204", "B0KPRP0021", "保冷バッグ S お弁当用", "bags", 1680, 10, .056, 434, 14.10, 3.40, None),
        ("JP2-TOTE-BK", "B0KPR00205", "B0KPRP0022", "トートバッグ 帆布 黒", "bags", 2980, 11, .048, 434, 26.50, 4.60, None),
        ("JP2-TOTE-NV", "B0KPR00206", "B0KPRP0022", "トートバッグ 帆布 紺", "bags", 2980, 8, .046, 434, 26.50, 4.60, None),
        ("JP2-SHOULDER", "B0KPR00207", "B0KPRP0023", "ショルダーバッグ 斜めがけ 軽量", "bags", 2680, 8, .045, 434, 23.00, 3.80, None),
        ("JP2-ECO-3", "B0KPR00208", "B0KPRP0024", "エコバッグ 3枚セット 折りたたみ", "bags", 1380, 8, .060, 318, 10.20, 1.60, None),
        ("JP2-POUCH-4", "B0KPR00209", "B0KPRP0025", "旅行用ポーチ 4点セット", "bags", 1880, 6, .050, 318, 15.40, 2.40, None),
        ("JP2-MUG-RED", "B0KPR00103", "B0KPRP0011", "ステンレス マグカップ 蓋付き 赤 350ml", "kitchen", 1980, 4, .042, 434, 18.50, 3.40, None),
        ("JP2-BOTTLE", "B0KPR00106", "B0KPRP0012", "真空断熱 水筒 500ml 直飲み", "kitchen", 2280, 4, .041, 434, 21.00, 4.10, None),
        ("JP2-BELT", "B0KPR00210", "B0KPRP0026", "ウエストポーチ ランニング用", "bags", 1780, 6, .047, 318, 13.90, 2.10, "2024-09-02"),
    ]},
    "jp3": {"visits": 420, "growth": .15, "products": [
        ("JP3-LANTERN", "B0KPR00302", "B0KPRP0031", "LEDランタン 充電式 防災 キャンプ", "lighting", 3280, 22, .058, 514, 30.50, 5.90, None),
        ("JP3-DESK", "B0KPR00303", "B0KPRP0032", "デスクライト 調光調色 クランプ式", "lighting", 3980, 12, .046, 589, 38.00, 7.90, None),
        ("JP3-STAND", "B0KPR00304", "B0KPRP0032", "フロアスタンド LED 調光 木目", "lighting", 5480, 6, .036, 1020, 54.00, 15.50, None),
        ("JP3-SENSOR-2", "B0KPR00305", "B0KPRP0033", "人感センサーライト 2個セット 充電式", "lighting", 2280, 12, .053, 434, 20.40, 3.30, None),
        ("JP3-SOLAR-4", "B0KPR00306", "B0KPRP0034", "ソーラーライト 屋外 4個セット", "lighting", 2980, 9, .048, 514, 27.00, 5.50, None),
        ("JP3-STRIP-5", "B0KPR00307", "B0KPRP0035", "LEDテープライト 5m リモコン付き", "lighting", 1880, 8, .049, 434, 16.00, 2.80, None),
        ("JP3-BULB-4", "B0KPR00308", "B0KPRP0036", "LED電球 E26 60W相当 4個セット", "lighting", 1580, 9, .060, 434, 13.20, 3.10, None),
        ("JP3-CLIP", "B0KPR00309", "B0KPRP0037", "クリップライト 読書灯 USB充電", "lighting", 1480, 6, .050, 318, 12.10, 1.70, None),
        ("JP3-NIGHT-2", "B0KPR00310", "B0KPRP0038", "常夜灯 コンセント式 2個セット", "lighting", 1280, 6, .054, 318, 9.90, 1.50, None),
        ("JP3-LED-10", "B0KPR00301", "B0KPRP0030", "LEDライト 10個セット, \"防水\" 電池付き", "lighting", 1280, 4, .050, 318, 9.60, 1.40, None),
        ("JP3-BAG-S", "B0KPR00204", "B0KPRP0021", "保冷バッグ S お弁当用", "bags", 1680, 3, .044, 434, 14.10, 3.60, None),
        ("JP3-PROJ", "B0KPR00311", "B0KPRP0039", "プラネタリウムライト 家庭用", "lighting", 4480, 7, .040, 514, 43.00, 6.80, "2024-10-01"),
    ]},
}
FIELDS = "sku asin parent title category price share conversion fba cost leg launch".split()
TAX = {"kitchen": 10, "bags": 10, "lighting": 10, "tea": 8}
FEE = {"kitchen": 15, "bags": 12, "lighting": 15, "tea": 8}  # Amazon's share of the price, percent; invented
RAISED = {"JP1-PAN-26": 3880, "JP1-MUG-RED": 2080, "JP1-MUG-BLU": 2080, "JP1-KNIFE": 4480, "JP1-TEA-50": 1580, "JP2-PACK-20": 5280,
          "JP2-TOTE-BK": 3180, "JP2-TOTE-NV": 3180, "JP2-BAG-L": 3680, "JP3-LANTERN": 3480, "JP3-DESK": 4180, "JP3-BULB-4": 1680}
RAISED_ON = day("2025-04-01")
NO_COST = "JP1-KETTLE"
BEST_JP3, BAD_BATCH = "JP3-LANTERN", "JP2-PACK-20"
SUPPRESSED = {"JP1-PAN-26", "JP1-PAN-20", "JP1-MUG-RED", "JP1-MUG-BLU", "JP1-MUG-L"}
PRODUCTS = {store: [dict(zip(FIELDS, row), store=store) for row in shop["products"]] for store, shop in STORES.items()}
# Campaigns: the first eight products by share are advertised automatically, the first three by hand as well.
CAMPAIGNS = {store: [(p["sku"], kind) for kind, n in (("自動", 7), ("手動", 3))
                     for p in sorted(products, key=lambda p: -p["share"])[:n]] for store, products in PRODUCTS.items()}

# --- Calendar ---------------------------------------------------------------------------------------------------------
HOLIDAYS = set(map(day, """2023-07-17 2023-08-11 2023-09-18 2023-09-23 2023-10-09 2023-11-03 2023-11-23
    2024-01-01 2024-01-08 2024-02-11 2024-02-12 2024-02-23 2024-03-20 2024-04-29 2024-05-03 2024-05-04 2024-05-05 2024-05-06 2024-07-15
    2024-08-11 2024-08-12 2024-09-16 2024-09-22 2024-09-23 2024-10-14 2024-11-03 2024-11-04 2024-11-23
    2025-01-01 2025-01-13 2025-02-11 2025-02-23 2025-02-24 2025-03-20 2025-04-29 2025-05-03 2025-05-04 2025-05-05 2025-05-06 2025-07-21
    2025-08-11 2025-09-15 2025-09-23 2025-10-13 2025-11-03 2025-11-23 2025-11-24""".split()))
# First day, last day, visits times, conversion times, whether deals are on.
EVENTS = [(day(a), day(b), *rest) for a, b, *rest in [
    ("2023-07-09", "2023-07-10", 1.35, 1.00, False), ("2023-07-11", "2023-07-12", 2.60, 1.25, True),  # Prime Day
    ("2024-07-11", "2024-07-15", 1.35, 1.00, False), ("2024-07-16", "2024-07-17", 2.60, 1.25, True),
    ("2025-07-08", "2025-07-10", 1.35, 1.00, False), ("2025-07-11", "2025-07-14", 2.60, 1.25, True),
    ("2024-11-27", "2024-11-28", 1.20, 1.00, False), ("2024-11-29", "2024-12-02", 1.70, 1.15, True),  # Black Friday
    ("2025-11-21", "2025-11-23", 1.20, 1.00, False), ("2025-11-24", "2025-12-01", 1.70, 1.15, True),
    ("2025-10-04", "2025-10-06", 1.15, 1.00, False), ("2025-10-07", "2025-10-10", 1.80, 1.15, True),  # Prime Kanshasai
    ("2025-09-04", "2025-09-11", 0.96, 1.00, False),  # a rival's sale
    ("2024-04-27", "2024-05-06", 1.10, 1.00, False), ("2025-04-29", "2025-05-06", 1.10, 1.00, False),  # Golden Week
    ("2023-08-13", "2023-08-16", 0.88, 1.00, False), ("2024-08-13", "2024-08-16", 0.88, 1.00, False), ("2025-08-13", "2025-08-16", 0.88, 1.00, False),
    ("2023-12-29", "2024-01-03", 0.82, 1.00, False), ("2024-12-29", "2025-01-03", 0.82, 1.00, False), ("2025-12-29", "2025-12-31", 0.82, 1.00, False)]]
WEEKDAY = [1.00, .95, .95, .95, 1.00, 1.12, 1.17]
SEASON = {  # January to December, reached in the middle of the month
    "kitchen": [.94, .96, 1.12, 1.10, 1.00, .96, .95, .92, .96, 1.00, 1.05, 1.14],
    "bags": [.88, .92, 1.12, 1.10, 1.02, 1.04, 1.12, 1.08, .98, .94, .92, .96],
    "lighting": [.96, .92, .94, .92, .92, .95, 1.02, 1.06, 1.14, 1.10, 1.08, 1.16],
    "tea": [1.02, .98, .96, .95, .98, 1.04, 1.06, 1.02, .94, .98, 1.04, 1.14]}


@functools.cache
def event(on):
    visits, conversion, deals = 1.0, 1.0, False
    for first, last, more, better, cheaper in EVENTS:
        if first <= on <= last:
            visits, conversion, deals = visits * more, conversion * better, deals or cheaper
    return visits, conversion, deals


@functools.cache
def season(category, on):
    at = on.month - 1 + (on.day - 15) / 30
    low = math.floor(at)
    return SEASON[category][low % 12] * (1 - (at - low)) + SEASON[category][(low + 1) % 12] * (at - low)


def on_sale(product, on):
    return product["launch"] is None or on >= day(product["launch"])


def price_on(product, on):
    price = RAISED.get(product["sku"], product["price"]) if on >= RAISED_ON else product["price"]
    cheaper = event(on)[2] and product["share"] >= 8
    return price * 85 // 1000 * 10 if cheaper else price


def traffic_incident(product, on):
    """(a): the share of its visits a product keeps."""
    if product["sku"] not in SUPPRESSED or not day("2025-09-08") <= on <= day("2025-09-20"):
        return 1.0
    return {18: .45, 19: .70, 20: .85}.get(on.day, .04)


def conversion_incident(product, on):
    """(b): the share of its conversion a product keeps."""
    if product["store"] != "jp2" or product["category"] != "bags" or not day("2025-11-03") <= on <= day("2025-11-30"):
        return 1.0
    low = .30 if product["sku"] == BAD_BATCH else .70
    return low if on <= day("2025-11-20") else (1 + low) / 2


def expected_visits(product, on):
    shop = STORES[product["store"]]
    age = (on - FIRST).days / 365
    ramp = 1.0
    if product["launch"]:
        ramp = min(1.0, .35 + (on - day(product["launch"])).days / 90)
    return (shop["visits"] * (1 + shop["growth"] * age) * product["share"] / 100 * 1.35 * season(product["category"], on) * WEEKDAY[on.weekday()]
            * (1.07 if on in HOLIDAYS and on.weekday() < 5 else 1) * event(on)[0] * ramp)


def expected_units(product, on):
    return expected_visits(product, on) * product["conversion"] * event(on)[1] if on_sale(product, on) else 0.0


def poisson(draw, mean):
    if mean > 40:
        return max(0, round(draw.gauss(mean, math.sqrt(mean))))
    floor, n, product = math.exp(-mean), 0, draw.random()
    while product > floor:
        n, product = n + 1, product * draw.random()
    return n


# --- What happened in the shops: visits, orders, stock, returns --------------------------------------------------------
PLACES = [("東京都", "渋谷区", "150-0001"), ("東京都", "八王子市", "192-0001"), ("神奈川県", "横浜市", "220-0001"), ("大阪府", "大阪市", "530-0001"),
          ("愛知県", "名古屋市", "450-0001"), ("埼玉県", "川口市", "332-0001"), ("千葉県", "船橋市", "273-0001"), ("福岡県", "福岡市", "810-0001"),
          ("北海道", "札幌市", "060-0001"), ("兵庫県", "神戸市", "650-0001"), ("広島県", "広島市", "730-0001"), ("宮城県", "仙台市", "980-0001")]
HOURS = [5, 3, 2, 1, 1, 2, 4, 6, 7, 7, 8, 8, 9, 8, 7, 7, 7, 8, 9, 11, 13, 14, 13, 9]  # when people buy
REASONS = {"normal": ["UNWANTED_ITEM"] * 4 + ["NOT_AS_DESCRIBED"] * 2 + ["DEFECTIVE", "ORDERED_WRONG_ITEM", "FOUND_BETTER_PRICE"],
           "bad": ["DEFECTIVE"] * 5 + ["QUALITY_UNACCEPTABLE"] * 3 + ["NOT_AS_DESCRIBED"]}
COMMENTS = ["思っていた色と違いました", "サイズが合いませんでした", "縫い目がほつれていました", "イメージと違った", "動作しませんでした", "二重に注文しました"]


def scattered(order, shop):
    """The last two parts of an order number: they look drawn, and no two orders have the same."""
    # Steps without a factor in common with ten millions pass through all of them before one comes again.
    first, last = (order * 7_368_787 + shop * 1_000_003) % 10**7, (order * 4_256_233 + shop * 2_718_281) % 10**7
    return f"{first:07d}-{last:07d}"


class Shop:
    """One store, simulated day by day."""

    def __init__(self, store):
        self.store, self.products = store, PRODUCTS[store]
        self.number = int(store[2:])
        self.daily = {}  # day → figures of the business report
        self.by_sku = {}  # (day, sku) → visits, page views, units, items, sales
        self.lines, self.ledger, self.returns, self.lost = [], [], [], []
        self.stock = {p["sku"]: 0 for p in self.products}
        self.reserved, self.defective = Counter(), Counter()
        self.sold_out = set()  # (day, sku) on which nothing could be sold from the morning on
        self.inbound = defaultdict(Counter)  # day → sku → units
        self.ship, self.back = defaultdict(list), defaultdict(list)
        self.orders = 0
        self.sold_out = set()  # (day, sku) without anything free to sell in the morning
        for n, product in enumerate(self.products):
            if on_sale(product, FIRST):
                self.stock[product["sku"]] = 10 * round(sum(expected_units(product, on) for on in DAYS[:55]) / 10 + .5)
            else:
                first = day(product["launch"])
                need = sum(expected_units(product, first + dt.timedelta(d)) for d in range(70))
                self.inbound[first - dt.timedelta(4)][product["sku"]] = 10 * round(need / 10 + 1)

    def run(self):
        for on in DAYS:
            self.replenish(on)
            start = dict(self.stock)
            received = self.receive(on)
            self.sell(on)
            self.move_stock(on, start, received)
        return self

    def replenish(self, on):
        """Every second Monday each product is ordered up to its demand; goods arrive 40 days later."""
        if on.weekday() != 0:
            return
        draw = stream(self.store, "replenish", on)
        for n, product in enumerate(self.products):
            if (on.toordinal() // 7 + n) % 2 or not on_sale(product, on):
                continue
            ahead = [on + dt.timedelta(d) for d in range(40 + 36)]
            need = sum(expected_units(product, d) for d in ahead) * draw.uniform(.90, 1.12)
            position = self.stock[product["sku"]] - self.reserved[product["sku"]]
            position += sum(units[product["sku"]] for when, units in self.inbound.items() if when >= on)
            if need - position < 20:
                continue
            arrives = on + dt.timedelta(40 + draw.randrange(-3, 5))
            if product["sku"] == BEST_JP3 and day("2025-05-08") <= arrives < day("2025-07-28"):
                arrives = day("2025-07-28")  # (c): the container is late
            self.inbound[arrives][product["sku"]] += 10 * math.ceil((need - position) / 10)

    def receive(self, on):
        received = Counter(self.inbound.pop(on, {}))
        if self.store == "jp3" and on == day("2025-06-05"):
            # (c): one last pallet by air, enough until the first day of Prime Day.
            product = next(p for p in self.products if p["sku"] == BEST_JP3)
            until = sum(expected_units(product, on + dt.timedelta(d)) for d in range(37))
            received[BEST_JP3] += max(0, round(until) - self.stock[BEST_JP3] + self.reserved[BEST_JP3])
        for sku, units in received.items():
            self.stock[sku] += units
        return received

    def sell(self, on):
        draw = stream(self.store, "sell", on)
        mood = draw.uniform(.94, 1.06)
        pool, visits_all, views_all = [], 0, 0
        for product in self.products:
            if not on_sale(product, on):
                continue
            sku = product["sku"]
            free = self.stock[sku] - self.reserved[sku]
            if free <= 0:
                self.sold_out.add((on, sku))
            visits = expected_visits(product, on) * traffic_incident(product, on) * mood * draw.uniform(.95, 1.05)
            visits = round(visits * (.55 if free <= 0 else 1))
            views = round(visits * draw.uniform(1.00, 1.06))
            wanted = poisson(draw, visits * product["conversion"] * event(on)[1] * conversion_incident(product, on) * draw.uniform(.95, 1.05))
            units = min(wanted, max(0, free))
            self.by_sku[on, sku] = {"visits": visits, "views": views, "units": units, "items": 0, "sales": 0}
            visits_all, views_all = visits_all + visits, views_all + views
            while units:
                quantity = min(units, draw.choices([1, 2, 3], [86, 11, 3])[0])
                pool.append((product, quantity))
                units -= quantity
        draw.shuffle(pool)
        while pool:
            basket = [pool.pop()]
            if pool and draw.random() < .08 and pool[-1][0] is not basket[0][0]:
                basket.append(pool.pop())
            self.order(on, basket, draw)
        lines = [line for line in self.lines_of(on)]
        b2b = [line for line in lines if line["b2b"]]
        visits = round(visits_all / 1.35)
        live = [p for p in self.products if on_sale(p, on)]
        suppressed = sum(traffic_incident(p, on) < .1 for p in live)
        self.daily[on] = {
            "sales": sum(x["sales"] for x in lines), "sales_b2b": sum(x["sales"] for x in b2b),
            "units": sum(x["quantity"] for x in lines), "units_b2b": sum(x["quantity"] for x in b2b),
            "items": len(lines), "items_b2b": len(b2b), "views": views_all, "views_b2b": round(views_all * .06),
            "visits": visits, "visits_b2b": round(visits * .06),
            # in hundredths of a percent, as the report prints it
            "buy_box": draw.randrange(9650, 9920) - suppressed * 1080, "buy_box_b2b": draw.randrange(9500, 9900) - suppressed * 1080,
            "offers": len(live), "parents": len({p["parent"] for p in live})}

    def empty(self, on, sku):
        """Campaigns of a product that is sold out are paused."""
        return (on, sku) in self.sold_out

    def lines_of(self, on):
        """The lines of a day stand at the end of the list while the day is being made."""
        for line in reversed(self.lines):
            if line["day"] != on:
                return
            yield line

    def order(self, on, basket, draw):
        self.orders += 1
        order_id = f"{draw.choice([503, 503, 250, 249])}-{scattered(self.orders, self.number)}"
        at = dt.datetime.combine(on, dt.time(draw.choices(range(24), HOURS)[0], draw.randrange(60), draw.randrange(60)))
        cancelled = draw.random() < .022
        ships = at + dt.timedelta(minutes=draw.randrange(6 * 60, 40 * 60))
        b2b, place = draw.random() < .06, draw.randrange(len(PLACES))
        for product, quantity in basket:
            sku = product["sku"]
            sales = price_on(product, on) * quantity
            line = {
                "id": order_id, "product": product, "sku": sku, "quantity": quantity, "sales": sales, "day": on, "at": at, "b2b": b2b, "place": place,
                "cancelled": at + dt.timedelta(minutes=draw.randrange(20, 300)) if cancelled else None, "ships": ships,
                "clear": at + dt.timedelta(minutes=draw.randrange(15, 400)),  # no longer pending
                "posted": ships + dt.timedelta(minutes=draw.randrange(30, 360)),
                "off": sales // 10 if draw.random() < .05 else 0, "shipping": 410 if draw.random() < .04 else 0, "wrap": 150 if draw.random() < .01 else 0}
            self.lines.append(line)
            facts = self.by_sku[on, sku]
            facts["items"], facts["sales"] = facts["items"] + 1, facts["sales"] + sales
            if not cancelled:
                self.reserved[sku] += quantity
                self.ship[ships.date()].append(line)
                self.maybe_return(line, draw)

    def maybe_return(self, line, draw):
        bad = line["sku"] == BAD_BATCH and day("2025-10-20") <= line["day"] <= day("2025-11-20")
        if draw.random() >= (.16 if bad else .052 if line["product"]["category"] == "bags" else .030):
            return
        at = line["ships"] + dt.timedelta(minutes=draw.randrange(4 * 1440, 24 * 1440))
        reason = draw.choice(REASONS["bad" if bad else "normal"])
        if line["sku"] == BEST_JP3 and day("2025-07-12") <= at.date() < day("2025-07-28"):
            reason = "DEFECTIVE"  # (c): nothing comes back that could be sold
        good = reason not in ("DEFECTIVE", "QUALITY_UNACCEPTABLE") and draw.random() < .8
        back = {"line": line, "at": at, "quantity": draw.randrange(1, line["quantity"] + 1), "reason": reason,
                "disposition": "SELLABLE" if good else "DEFECTIVE" if reason in ("DEFECTIVE", "QUALITY_UNACCEPTABLE") else "CUSTOMER_DAMAGED",
                "refunded": at + dt.timedelta(minutes=draw.randrange(120, 3000)), "comment": draw.choice(COMMENTS) if draw.random() < .3 else ""}
        if at.date() <= LAST:
            self.back[at.date()].append(back)
            self.returns.append(back)

    def move_stock(self, on, start, received):
        draw = stream(self.store, "stock", on)
        shipped, good, bad = Counter(), Counter(), Counter()
        for line in self.ship.pop(on, []):
            shipped[line["sku"]] += line["quantity"]
            self.reserved[line["sku"]] -= line["quantity"]
        for back in self.back.pop(on, []):
            (good if back["disposition"] == "SELLABLE" else bad)[back["line"]["sku"]] += back["quantity"]
        for n, product in enumerate(self.products):
            sku = product["sku"]
            if not (on_sale(product, on) or start[sku] or received[sku]):
                continue
            free = start[sku] + received[sku] - shipped[sku] - self.reserved[sku]
            lost = 1 if free > 20 and draw.random() < .004 else 0
            found = 1 if not lost and free > 0 and draw.random() < .0015 else 0
            self.stock[sku] = start[sku] + received[sku] - shipped[sku] + good[sku] + found - lost
            assert self.stock[sku] >= 0, (on, sku)
            if lost:
                self.lost.append((on, product))
            self.ledger.append((on, product, "SELLABLE", start[sku], received[sku], -shipped[sku], good[sku], found, -lost, 0, self.stock[sku]))
            before = self.defective[sku]
            disposed = before if on.weekday() == 6 else 0
            self.defective[sku] = before + bad[sku] - disposed
            if before or bad[sku]:
                self.ledger.append((on, product, "DEFECTIVE", before, 0, 0, bad[sku], 0, 0, -disposed, self.defective[sku]))


# --- Writing ----------------------------------------------------------------------------------------------------------
def yen(n):
    return f"￥{n:,}"


def hundredths(n):
    """Hundredths of a percent as the report prints them."""
    return f"{n // 100}.{n % 100:02d}%"


def share(part, whole):
    return hundredths((part * 20000 + whole) // (2 * whole)) if whole else "0.00%"


def half_up(part, by):
    """part / by, rounded half up; exact."""
    return (2 * part + by) // (2 * by)


def untaxed(amount, rate):
    return half_up(amount * 100, 100 + rate)


def save(path, data):
    path = os.path.join(DATA, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if path.endswith(".gz"):
        data = gzip.compress(data, 9, mtime=0)
    with open(path, "wb") as file:
        file.write(data)


def table(header, rows, delimiter=",", eol="\r\n", quoting=csv.QUOTE_MINIMAL, preamble=()):
    text = io.StringIO()
    out = csv.writer(text, delimiter=delimiter, lineterminator=eol, quoting=quoting)
    out.writerows([*preamble, header, *rows])
    return text.getvalue()


def flat(header, rows):
    """Amazon's flat files: tabs, no quoting; a quote is a character like any other."""
    return "".join("\t".join(map(str, row)) + "\r\n" for row in [header, *rows])


def months(first=FIRST):
    month = first.replace(day=1)
    while month <= LAST:
        yield month
        month = (month + dt.timedelta(32)).replace(day=1)


def month_of(on):
    return on.strftime("%Y-%m")


def quarter_of(on):
    return f"{on.year}-Q{(on.month + 2) // 3}"


def with_b2b(labels):
    return [x for label in labels for x in (label, label + " - B2B")]


BY_DATE = ["日付"] + with_b2b([
    "注文商品の売上額", "注文された商品点数", "注文品目総数", "ページビュー - 合計", "セッション数 - 合計",
    "おすすめ出品（おすすめ商品）の獲得率", "ユニットセッション率"]) + ["平均出品数", "親商品の平均数"]
BY_DATE[4] = "注文点数 - B2B"  # irregular in the real report: the twin of 注文された商品点数


def write_business_report(shop, encoding):
    for month in months():
        rows = []
        for on in DAYS:
            if month_of(on) != month_of(month):
                continue
            x = shop.daily[on]
            rows.append([
                on.strftime("%Y/%m/%d"), yen(x["sales"]), yen(x["sales_b2b"]), f'{x["units"]:,}', f'{x["units_b2b"]:,}', f'{x["items"]:,}', f'{x["items_b2b"]:,}',
                f'{x["views"]:,}', f'{x["views_b2b"]:,}', f'{x["visits"]:,}', f'{x["visits_b2b"]:,}', hundredths(x["buy_box"]), hundredths(x["buy_box_b2b"]),
                share(x["units"], x["visits"]), share(x["units_b2b"], x["visits_b2b"]), x["offers"], x["parents"]])
        save(f"sales_traffic/{shop.store}/BusinessReport-{month_of(month)}.csv", table(BY_DATE, rows).encode(encoding))


def money(amount):
    return {"amount": float(amount), "currencyCode": "JPY"}


def ratio(part, whole, places=2):
    return round(part / whole, places) if whole else 0.0


def traffic(visits, views, prefix=""):
    browser, browser_views = visits * 3 // 10, views * 3 // 10
    return {"browserPageViews": browser_views, "mobileAppPageViews": views - browser_views, "pageViews": views,
            "browserSessions": browser, "mobileAppSessions": visits - browser, "sessions": visits}


def write_sales_and_traffic(shop):
    shipped, refunded = defaultdict(list), Counter()
    for line in shop.lines:
        if not line["cancelled"]:
            shipped[line["ships"].date()].append(line)
    for back in shop.returns:
        refunded[back["refunded"].date()] += back["quantity"]
    for month in months():
        days = [on for on in DAYS if month_of(on) == month_of(month)]
        by_date = []
        for on in days:
            x, sent = shop.daily[on], shipped[on]
            by_date.append({"date": on.isoformat(), "salesByDate": {
                "orderedProductSales": money(x["sales"]), "orderedProductSalesB2B": money(x["sales_b2b"]),
                "unitsOrdered": x["units"], "unitsOrderedB2B": x["units_b2b"], "totalOrderItems": x["items"], "totalOrderItemsB2B": x["items_b2b"],
                "averageSalesPerOrderItem": money(ratio(x["sales"], x["items"])), "averageUnitsPerOrderItem": ratio(x["units"], x["items"]),
                "averageSellingPrice": money(ratio(x["sales"], x["units"])),
                "unitsRefunded": refunded[on], "refundRate": ratio(100 * refunded[on], x["units"]), "claimsGranted": 0, "claimsAmount": money(0),
                "shippedProductSales": money(sum(line["sales"] for line in sent)), "unitsShipped": sum(line["quantity"] for line in sent),
                "ordersShipped": len({line["id"] for line in sent})},
                "trafficByDate": {
                **traffic(x["visits"], x["views"]), "buyBoxPercentage": x["buy_box"] / 100,
                "orderItemSessionPercentage": ratio(100 * x["items"], x["visits"]), "unitSessionPercentage": ratio(100 * x["units"], x["visits"]),
                "averageOfferCount": x["offers"], "averageParentItems": x["parents"],
                "feedbackReceived": 0, "negativeFeedbackReceived": 0, "receivedNegativeFeedbackRate": 0.0}})
        all_visits, all_views = sum(shop.daily[on]["visits"] for on in days), sum(shop.daily[on]["views"] for on in days)
        by_asin = []
        for product in shop.products:
            facts = Counter()
            for on in days:
                facts.update(shop.by_sku.get((on, product["sku"]), {}))
            if not facts:
                continue
            by_asin.append({
                "parentAsin": product["parent"], "childAsin": product["asin"],
                "salesByAsin": {"unitsOrdered": facts["units"], "orderedProductSales": money(facts["sales"]), "totalOrderItems": facts["items"]},
                "trafficByAsin": {**traffic(facts["visits"], facts["views"]), "sessionPercentage": ratio(100 * facts["visits"], all_visits),
                                  "pageViewsPercentage": ratio(100 * facts["views"], all_views), "buyBoxPercentage": 97.5,
                                  "unitSessionPercentage": ratio(100 * facts["units"], facts["visits"])}})
        report = {"reportSpecification": {
            "reportType": "GET_SALES_AND_TRAFFIC_REPORT", "reportOptions": {"dateGranularity": "DAY", "asinGranularity": "CHILD"},
            "dataStartTime": days[0].isoformat(), "dataEndTime": days[-1].isoformat(), "marketplaceIds": ["A1VC38T7YXB528"]},
            "salesAndTrafficByDate": by_date, "salesAndTrafficByAsin": by_asin}
        save(f"sales_traffic/{shop.store}/SalesAndTraffic-{month_of(month)}.json.gz", json.dumps(report).encode())


CONSOLE = ("日付,ポートフォリオ名,通貨,キャンペーン名,広告グループ名,宣伝SKU,宣伝 ASIN,インプレッション,クリック数,クリックスルー率（CTR）,"
           "平均クリック単価 (CPC),広告費,広告がクリックされてから7日間の総売上高,広告費売上高比率（ACOS）合計,広告費用対効果（ROAS）合計,"
           "広告がクリックされてから7日間の合計注文数,広告がクリックされてから7日間の合計販売数,広告がクリックされてから7日間のコンバージョン率").split(",")
PORTFOLIO = {"kitchen": "キッチン", "bags": "バッグ", "lighting": "ライト", "tea": "お茶"}


def ad_rows(shop):
    """Clicks follow the demand for a product; the orders of an advertisement are some of the orders of its day."""
    lines = defaultdict(list)
    for line in shop.lines:
        lines[line["day"], line["sku"]].append(line)
    by_sku = {p["sku"]: p for p in shop.products}
    for on in DAYS:
        draw = stream(shop.store, "ads", on)
        known = min(1.0, .55 + .07 * (LAST - on).days)  # (e): what of the attributed sales is there yet
        taken = set()
        for sku, kind in CAMPAIGNS[shop.store]:
            product = by_sku[sku]
            chance, converts, bid = {"自動": (.17, .080, 47), "手動": (.24, .095, 60)}[kind]
            mean = expected_units(product, on) * traffic_incident(product, on) * chance / converts
            clicks = poisson(draw, mean * draw.uniform(.88, 1.12))
            shown = round((clicks + draw.random()) / draw.uniform(.0040, .0056))
            facts = shop.by_sku.get((on, sku))
            out = facts is None or traffic_incident(product, on) < .1 or (on, sku) in shop.sold_out
            cost = 0
            for _ in range(clicks):
                cost += draw.randrange(bid - 12, bid + 16)
            cost = round(cost * (1 + .03 * (on - FIRST).days / 365) * (1.12 if event(on)[2] else 1) * (product["price"] / 2800) ** .5)
            bought = []
            for n, line in enumerate(lines[on, sku]):
                hit, seen = draw.random() < chance, draw.random() < known
                if hit and seen and n not in taken and len(bought) < clicks:
                    bought.append(line)
                    taken.add((sku, n))
            if out or not shown:
                continue
            sales, units = sum(x["sales"] for x in bought), sum(x["quantity"] for x in bought)
            yield on, product, kind, shown, clicks, cost, sales, len(bought), units


def write_ads(shop):
    quarters = defaultdict(list)
    for on, product, kind, shown, clicks, cost, sales, orders, units in ad_rows(shop):
        quarters[quarter_of(on)].append([
            on.strftime("%Y/%m/%d"), PORTFOLIO[product["category"]], "JPY", f'SP_{product["sku"]}_{kind}', "AG1", product["sku"], product["asin"],
            f"{shown:,}", f"{clicks:,}", share(clicks, shown), yen(half_up(cost, clicks)) if clicks else "", yen(cost), yen(sales),
            share(cost, sales) if sales else "", f"{half_up(sales * 100, cost) / 100:.2f}" if cost else "", orders, units,
            share(orders, clicks) if clicks else ""])
    for quarter, rows in quarters.items():
        # The newest quarter stays readable in a browser; the older ones are packed.
        packed = "" if quarter == quarter_of(LAST) else ".gz"
        save(f"ads/{shop.store}/SponsoredProducts-{quarter}.csv{packed}", table(CONSOLE, rows).encode("utf-8-sig"))


LEDGER = ("Date,FNSKU,ASIN,MSKU,Title,Disposition,Starting Warehouse Balance,In Transit Between Warehouses,Receipts,Customer Shipments,"
          "Customer Returns,Vendor Returns,Warehouse Transfer In/Out,Found,Lost,Damaged,Disposed,Other Events,Ending Warehouse Balance,"
          "Unknown Events,Location").split(",")


def fnsku(product):
    return "X00" + product["asin"][3:]


def write_ledger(shop):
    quarters = defaultdict(list)
    for on, product, disposition, start, received, shipped, returned, found, lost, disposed, end in shop.ledger:
        assert start + received + shipped + returned + found + lost + disposed == end
        quarters[quarter_of(on)].append([
            on.strftime("%m/%d/%Y"), fnsku(product), product["asin"], product["sku"], product["title"], disposition, start, 0, received, shipped,
            returned, 0, 0, found, lost, 0, disposed, 0, end, 0, "JP"])
    for quarter, rows in quarters.items():
        save(f"ledger/{shop.store}/LedgerSummary-{quarter}.txt.gz", table(LEDGER, rows, "\t", quoting=csv.QUOTE_ALL).encode())


RETURNS = ("return-date order-id sku asin fnsku product-name quantity fulfillment-center-id detailed-disposition reason status "
           "license-plate-number customer-comments").split()
GMT = "%Y-%m-%dT%H:%M:%S+00:00"


def write_returns(shop):
    halves = defaultdict(list)
    for n, back in enumerate(sorted(shop.returns, key=lambda x: (x["at"], x["line"]["id"], x["line"]["sku"]))):
        product, at = back["line"]["product"], back["at"]
        halves[f"{at.year}-H{1 if at.month < 7 else 2}"].append([
            (at - JST).strftime(GMT), back["line"]["id"], product["sku"], product["asin"], fnsku(product), product["title"], back["quantity"],
            "NRT5", back["disposition"], back["reason"], "Unit returned to inventory", f"LPNKPR{shop.number}{n:06d}", back["comment"]])
    for half, rows in halves.items():
        save(f"returns/{shop.store}/CustomerReturns-{half}.txt", flat(RETURNS, rows).encode())


TRANSACTION = ("日付/時間,決済番号,トランザクションの種類,注文番号,SKU,説明,数量,Amazon 出品サービス,フルフィルメント,市町村,都道府県,郵便番号,"
               "税金徴収型,商品売上,商品の売上税,配送料,配送料の税金,ギフト包装手数料,ギフト包装クレジットの税金,Amazonポイントの費用,"
               "プロモーション割引額,プロモーション割引の税金,源泉徴収税を伴うマーケットプレイス,手数料,FBA 手数料,"
               "トランザクションに関するその他の手数料,その他,合計").split(",")
MONEY = TRANSACTION[13:27]
PREAMBLE = [["Amazon 出品サービス、フルフィルメント by Amazon (FBA)のトランザクションを含む"], ["指定のない場合、単位は円"], ["定義："],
            ["商品売上: 商品の販売価格（税抜）"], ["手数料: 販売手数料など"], ["FBA 手数料: 配送代行手数料など"], ["その他: 上記以外"]]
STAMP = "%Y/%m/%d %H:%M:%S JST"


def split_tax(values, label, tax_label, amount, rate):
    values[label] = untaxed(amount, rate) if amount >= 0 else -untaxed(-amount, rate)
    values[tax_label] = amount - values[label]


def sale(line):
    product, rate = line["product"], TAX[line["product"]["category"]]
    values = Counter()
    split_tax(values, "商品売上", "商品の売上税", line["sales"], rate)
    split_tax(values, "配送料", "配送料の税金", line["shipping"], 10)
    split_tax(values, "ギフト包装手数料", "ギフト包装クレジットの税金", line["wrap"], 10)
    split_tax(values, "プロモーション割引額", "プロモーション割引の税金", -line["off"], rate)
    values["Amazonポイントの費用"] = -half_up(line["sales"], 100)
    values["手数料"] = -half_up((line["sales"] - line["off"]) * FEE[product["category"]], 100)
    values["FBA 手数料"] = -product["fba"] * line["quantity"]
    return values


def refund(back):
    line, rate = back["line"], TAX[back["line"]["product"]["category"]]
    gross = line["sales"] // line["quantity"] * back["quantity"]
    off = line["off"] * back["quantity"] // line["quantity"]
    fee = half_up((gross - off) * FEE[line["product"]["category"]], 100)
    values = Counter()
    split_tax(values, "商品売上", "商品の売上税", -gross, rate)
    split_tax(values, "プロモーション割引額", "プロモーション割引の税金", off, rate)
    values["Amazonポイントの費用"] = half_up(gross, 100)
    values["手数料"] = fee - min(500, fee // 10)  # Amazon keeps a tenth of its fee
    return values


def transactions(shop):
    """(time, type, order id, SKU, description, quantity, place, values), without the transfers."""
    for line in shop.lines:
        if not line["cancelled"]:
            yield line["posted"], "注文", line["id"], line["sku"], line["product"]["title"], line["quantity"], PLACES[line["place"]], sale(line)
    for back in shop.returns:
        line = back["line"]
        yield back["refunded"], "返金", line["id"], line["sku"], line["product"]["title"], back["quantity"], PLACES[line["place"]], refund(back)
    for on, product in shop.lost:
        at = dt.datetime.combine(on + dt.timedelta(9), dt.time(11))
        yield at, "調整", "", product["sku"], "FBA在庫の払い戻し - 紛失:倉庫", 1, None, Counter({"その他": half_up(price_on(product, on) * 55, 100)})
    balance = Counter()
    for on, product, disposition, *_, end in shop.ledger:
        balance[month_of(on)] += end * product["fba"]
    for month in months(TRANSACTIONS_FROM):
        before = month_of(month - dt.timedelta(1))
        # A fortieth of the delivery fee per unit and month stands in for the volume; NBSP and the wide colon are as in the real text.
        yield (dt.datetime.combine(month, dt.time(9)) + dt.timedelta(8), "FBA 在庫関連の手数料", "", "", "FBA\u00a0在庫保管手数料：", "", None,
               Counter({"その他": -balance[before] // 30 // 40}))
        yield dt.datetime.combine(month, dt.time(3)), "注文外料金", "", "", "月額登録料", "", None, Counter({"その他": -4900})


def write_transactions(shop):
    rows = sorted((x for x in transactions(shop) if TRANSACTIONS_FROM <= x[0].date() <= LAST), key=lambda x: (x[0], x[1], x[2], x[3]))
    out, settled = [], Counter()
    for at, kind, order_id, sku, text, quantity, place, values in rows:
        period = (at.date() - TRANSACTIONS_FROM).days // 14
        total = sum(values.values())
        settled[period] += total
        state, city, code = place or ("", "", "")
        out.append((at, [at.strftime(STAMP), settlement(shop, period), kind, order_id, sku, text, quantity, "amazon.co.jp" if place else "",
                         "Amazon" if place else "", city, state, code, ""] + [f"{values[label]:,}" for label in MONEY[:-1]]
                    + [f'{values["その他"]:,}', f"{total:,}"]))
    for period, total in settled.items():
        at = dt.datetime.combine(TRANSACTIONS_FROM + dt.timedelta(14 * (period + 1)), dt.time(10))
        if at.date() <= LAST and total > 0:
            out.append((at, [at.strftime(STAMP), settlement(shop, period), "振込み", "", "", "振込先口座の末尾: 000"] + [""] * 7 + ["0"] * 13
                        + [f"{-total:,}", f"{-total:,}"]))
    out.sort(key=lambda x: x[0])
    for month in months(TRANSACTIONS_FROM):
        here = [row for at, row in out if month_of(at) == month_of(month)]
        save(f"transactions/{shop.store}/{month:%Y%b}MonthlyTransaction.csv.gz",
             table(TRANSACTION, here, quoting=csv.QUOTE_ALL, preamble=PREAMBLE).encode("utf-8-sig"))


def settlement(shop, period):
    return str(11000000000 + shop.number * 1000000 + period)


ORDER = ("amazon-order-id merchant-order-id purchase-date last-updated-date order-status fulfillment-channel sales-channel order-channel "
         "ship-service-level product-name sku asin item-status quantity currency item-price item-tax shipping-price shipping-tax "
         "gift-wrap-price gift-wrap-tax item-promotion-discount ship-promotion-discount ship-city ship-state ship-postal-code ship-country "
         "promotion-ids is-business-order purchase-order-number price-designation").split()


def order_row(line, seen):
    """The line as the report shows it at the time `seen`."""
    rate = TAX[line["product"]["category"]]
    pending = seen < line["clear"] and not (line["cancelled"] and line["cancelled"] <= seen)
    if line["cancelled"] and line["cancelled"] <= seen:
        status, changed = "Cancelled", line["cancelled"]
    elif pending:
        status, changed = "Pending", line["at"]
    elif line["cancelled"] is None and line["ships"] <= seen:
        status, changed = "Shipped", line["ships"]
    else:
        status, changed = "Unshipped", line["clear"]
    priced = status in ("Shipped", "Unshipped")
    state, city, code = PLACES[line["place"]]

    def price(amount, rate=10):
        return [amount, amount - untaxed(amount, rate)] if priced and amount else ["", ""]
    return [
        line["id"], line["id"], (line["at"] - JST).strftime(GMT), (changed - JST).strftime(GMT), status, "Amazon", "Amazon.co.jp", "WebsiteOrderChannel", "Expedited",
        line["product"]["title"], line["sku"], line["product"]["asin"], status if status != "Pending" else "Unshipped",
        0 if status == "Cancelled" else line["quantity"], "JPY" if priced else "", *price(line["sales"], rate), *price(line["shipping"]), *price(line["wrap"]),
        line["off"] if priced and line["off"] else "", "", city, state, code, "JP", "CPN-KPRESS-10" if line["off"] else "",
        "true" if line["b2b"] else "false", "", ""]


def write_orders(shop):
    first = ORDERS_FROM
    while first <= LAST:
        last = min(first + dt.timedelta(ORDER_WINDOW - 1), LAST)
        seen = dt.datetime.combine(last, dt.time(6)) + dt.timedelta(1)
        rows = [order_row(line, seen) for line in shop.lines if first <= line["day"] <= last]
        rows.append(rows[len(rows) // 2])  # one row comes twice
        save(f"orders/{shop.store}/AllOrders-{first}_{last}.txt.gz", flat(ORDER, rows).encode("cp932"))
        first += dt.timedelta(ORDER_STEP)


# --- Own tables -------------------------------------------------------------------------------------------------------
# What the cost and the first leg of the product list are multiplied with, from that day on.
COST_CHANGES = [("2023-06-01", Decimal("1.26"), Decimal("1.50")), ("2024-06-01", Decimal("1.32"), Decimal("1.58")), ("2025-06-16", Decimal("1.36"), Decimal("1.70"))]
CENT = Decimal("0.01")


def costs():
    for products in PRODUCTS.values():
        for p in products:
            if p["cost"] is None:
                yield p["sku"], p["asin"], None, None, None
                continue
            for since, cost, leg in COST_CHANGES:
                yield p["sku"], p["asin"], (Decimal(str(p["cost"])) * cost).quantize(CENT), (Decimal(str(p["leg"])) * leg).quantize(CENT), since


def rates():
    """JPY for one CNY: a slow wave with some noise, four decimals."""
    draw, wave, drift = stream("fx"), [19.9, 20.4, 20.6, 20.8, 21.3, 21.7, 20.3, 20.9, 20.7, 20.2, 20.5, 21.4, 22.1], 0.0
    for n, on in enumerate([FIRST - dt.timedelta(30) + dt.timedelta(n) for n in range(30 + len(DAYS))]):
        at = n / 945 * 12
        low = min(11, int(at))
        drift = drift * .9 + draw.uniform(-.05, .05)
        yield on, Decimal(f"{wave[low] * (1 - at + low) + wave[low + 1] * (at - low) + drift:.4f}")


def ratings(shop):
    """Weekly, on Mondays: what a tracker would note."""
    sold, counts = Counter(), {}
    draw = stream(shop.store, "ratings")
    for n, p in enumerate(shop.products):
        counts[p["sku"]] = 0 if p["launch"] else 60 + p["share"] * 14
    for on in DAYS:
        for p in shop.products:
            sold[p["sku"]] += shop.by_sku.get((on, p["sku"]), {}).get("units", 0)
        if on.weekday() != 0:
            continue
        for n, p in enumerate(shop.products):
            if not on_sale(p, on):
                continue
            counts[p["sku"]] += poisson(draw, sold.pop(p["sku"], 0) * .022)
            rating = 40 + (n * 7 + shop.number * 3) % 5 + draw.choice([0, 0, 0, 0, 1])
            if p["sku"] == BAD_BATCH:
                rating = 44 if on < day("2025-11-03") else {3: 42, 10: 39, 17: 36, 24: 36}.get(on.day, 37) if on < day("2025-12-01") else 38 + (on.day > 14)
            if counts[p["sku"]]:
                yield on, shop.store, p["asin"], f"{rating // 10}.{rating % 10}", counts[p["sku"]]


def heads():
    """Full-time heads on the first of each month."""
    for month in months():
        for store, team, steps in [
                ("jp1", "operations", [("2023-07-01", "2.0")]), ("jp1", "advertising", [("2023-07-01", "0.5")]),
                ("jp2", "operations", [("2023-07-01", "1.0"), ("2024-04-01", "1.5")]), ("jp2", "advertising", [("2023-07-01", "0.5")]),
                ("jp3", "operations", [("2023-07-01", "1.0"), ("2025-04-01", "1.5")]), ("jp3", "advertising", [("2024-04-01", "0.5")])]:
            for since, n in reversed(steps):
                if month >= day(since):
                    yield month, store, team, n
                    break


def write_own_tables(shops):
    def plain(path, header, rows, bom=False):
        save(path, table(header.split(","), rows, eol="\n").encode("utf-8-sig" if bom else "utf-8"))
    plain("products/products.csv", "sku,asin,parent_asin,store,title,category,tax_code,launch_date",
          [[p["sku"], p["asin"], p["parent"], store, p["title"], p["category"], f'{TAX[p["category"]]}%', p["launch"] or "2023-06-01"]
           for store, products in PRODUCTS.items() for p in products])
    plain("people/headcount.csv", "date,store,team,heads", heads())
    plain("erp/cost.csv", "MSKU,ASIN,采购成本,头程费用,币种,生效日期", [[s, a, c if c is not None else "", l if l is not None else "", "CNY", since or ""]
                                                          for s, a, c, l, since in costs()], bom=True)
    plain("fx/fx.csv", "date,currency,rate", [[on, "CNY", rate] for on, rate in rates()])
    plain("quality/tracker.csv", "date,store,asin,rating,rating_count", [row for shop in shops for row in ratings(shop)])


# --- What a reader must find ------------------------------------------------------------------------------------------
# Read back from the written files, by hand and without kpress: expected.json is an independent answer.
def text_of(path, encoding="utf-8-sig"):
    with open(path, "rb") as file:
        data = file.read()
    return (gzip.decompress(data) if path.endswith(".gz") else data).decode(encoding)


def files(source, store, ending=""):
    folder = os.path.join(DATA, source, store)
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if ending in name]


def number(cell):
    return int(re.sub("[￥,]", "", cell) or 0)


def percent(cell):
    return Fraction(cell.rstrip("%").replace(",", "")) / 100


def facts_per_store():
    """day → Counter, per store: everything that adds up over days."""
    facts = {store: defaultdict(Counter) for store in STORES}
    for store in STORES:
        for path in files("sales_traffic", store, ".csv"):
            for row in csv.DictReader(io.StringIO(text_of(path, "cp932" if store == "jp2" else "utf-8-sig"))):
                facts[store][day(row["日付"].replace("/", "-"))].update({
                    "gmv": number(row["注文商品の売上額"]), "gmv_b2b": number(row["注文商品の売上額 - B2B"]), "units": number(row["注文された商品点数"]),
                    "order_items": number(row["注文品目総数"]), "page_views": number(row["ページビュー - 合計"]), "sessions": number(row["セッション数 - 合計"]),
                    "buy_box_views": percent(row["おすすめ出品（おすすめ商品）の獲得率"]) * number(row["ページビュー - 合計"])})
        for path in files("sales_traffic", store, ".json.gz"):
            for row in json.loads(text_of(path))["salesAndTrafficByDate"]:
                sales, seen = row["salesByDate"], row["trafficByDate"]
                facts[store][day(row["date"])].update({
                    "gmv": int(sales["orderedProductSales"]["amount"]), "gmv_b2b": int(sales["orderedProductSalesB2B"]["amount"]), "units": sales["unitsOrdered"],
                    "order_items": sales["totalOrderItems"], "page_views": seen["pageViews"], "sessions": seen["sessions"],
                    "buy_box_views": Fraction(str(seen["buyBoxPercentage"])) / 100 * seen["pageViews"]})
        for path in files("ads", store):
            for row in csv.DictReader(io.StringIO(text_of(path))):
                facts[store][day(row["日付"].replace("/", "-"))].update({
                    "impressions": number(row["インプレッション"]), "clicks": number(row["クリック数"]), "ad_spend": number(row["広告費"]),
                    "ad_sales": number(row["広告がクリックされてから7日間の総売上高"]), "ad_orders": number(row["広告がクリックされてから7日間の合計注文数"])})
        for path in files("ledger", store):
            for row in csv.DictReader(io.StringIO(text_of(path)), delimiter="\t"):
                if row["Disposition"] == "SELLABLE":
                    on, end = dt.datetime.strptime(row["Date"], "%m/%d/%Y").date(), int(row["Ending Warehouse Balance"])
                    facts[store][on].update({"stock": end, "shipped": -int(row["Customer Shipments"]), "sku_days": 1, "sku_days_empty": int(end == 0)})
        for path in files("returns", store):
            for row in csv.DictReader(io.StringIO(text_of(path)), delimiter="\t", quoting=csv.QUOTE_NONE):
                on = (dt.datetime.fromisoformat(row["return-date"]).replace(tzinfo=None) + JST).date()
                facts[store][on].update({"returned": int(row["quantity"]),
                                         "returned_defective": int(row["quantity"]) * (row["reason"] in ("DEFECTIVE", "QUALITY_UNACCEPTABLE"))})
    return facts


def orders_per_store():
    """store → (id, sku, asin) → the newest row."""
    found = {}
    for store in STORES:
        rows = {}
        for path in files("orders", store):
            for row in csv.DictReader(io.StringIO(text_of(path, "cp932")), delimiter="\t", quoting=csv.QUOTE_NONE):
                key = row["amazon-order-id"], row["sku"], row["asin"]
                if key not in rows or row["last-updated-date"] > rows[key]["last-updated-date"]:
                    rows[key] = row
        found[store] = rows
    return found


def transactions_per_store():
    for store in STORES:
        for path in files("transactions", store):
            text = text_of(path)
            yield from ((store, row) for row in csv.DictReader(io.StringIO(text[text.index('"日付/時間"'):])))


def profit_facts(facts):
    """Adds what the transactions say, and the cost of what was sold; says which SKUs have no cost."""
    known = defaultdict(list)
    for sku, _, cost, leg, since in costs():
        if since:
            known[sku].append((day(since), cost + leg))
    monthly = defaultdict(list)
    for on, rate in rates():
        monthly[month_of(on)].append(rate)
    mean = {month: Fraction(sum(rates_)) / len(rates_) for month, rates_ in monthly.items()}
    kinds, unknown = defaultdict(Counter), Counter()
    for store, row in transactions_per_store():
        on, kind = day(row["日付/時間"][:10].replace("/", "-")), row["トランザクションの種類"]
        kinds[store][kind] += 1
        if kind == "振込み":
            facts[store][on]["transfers"] += number(row["合計"])
            continue
        x = {label: number(row[label]) for label in MONEY + ["合計"]}
        facts[store][on]["transactions_total"] += x["合計"]
        facts[store][on]["platform_fees"] -= x["手数料"] + x["FBA 手数料"] + x["トランザクションに関するその他の手数料"]
        facts[store][on]["points_cost"] -= x["Amazonポイントの費用"]
        if kind == "FBA 在庫関連の手数料":
            facts[store][on]["storage_fees"] -= x["その他"]
        elif kind in ("注文", "返金"):
            facts[store][on]["other_costs"] -= x["その他"]
        else:
            facts[store][on]["other_costs"] -= x["その他"] + x["商品売上"] + x["配送料"] + x["ギフト包装手数料"] + x["プロモーション割引額"]
        if kind in ("注文", "返金"):
            net = x["商品売上"] + x["配送料"] + x["ギフト包装手数料"] + x["プロモーション割引額"]
            facts[store][on]["net_sales"] += net
            facts[store][on]["refunds"] -= net if kind == "返金" else 0
            quantity = number(row["数量"]) * (1 if kind == "注文" else -1)
            valid = [cost for since, cost in known[row["SKU"]] if since <= on]
            if not valid:
                unknown[store, row["SKU"], month_of(on)] += quantity
                continue
            facts[store][on]["cogs_cny"] += Fraction(valid[-1]) * quantity
            facts[store][on]["cogs"] += Fraction(valid[-1]) * quantity * mean[month_of(on)]
    return kinds, unknown


def plain(value):
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else round(float(value), 6)
    return value


def total(facts, stores, first, last):
    """All sums of a period, and the ratios of these sums."""
    days = [on for on in DAYS if first <= on <= last]
    x = Counter()
    for store in stores:
        for on in days:
            for name, value in facts[store][on].items():
                x[name] += value
    out = dict(x)
    out["stock_last"] = sum(facts[store][days[-1]]["stock"] for store in stores)
    out["stock_mean"], out["shipped_mean"] = Fraction(x["stock"], len(days)), Fraction(x["shipped"], len(days))
    del out["stock"]
    out["buy_box_pct"] = Fraction(x["buy_box_views"]) / x["page_views"]
    del out["buy_box_views"]
    ratios = {"asp": ("gmv", "units"), "unit_session_pct": ("units", "sessions"), "order_item_session_pct": ("order_items", "sessions"), "b2b_share": ("gmv_b2b", "gmv"),
              "acos": ("ad_spend", "ad_sales"), "roas": ("ad_sales", "ad_spend"), "tacos": ("ad_spend", "gmv"), "ctr": ("clicks", "impressions"),
              "cpc": ("ad_spend", "clicks"), "ad_cvr": ("ad_orders", "clicks"), "inv_days": ("stock", "shipped"), "stockout_rate": ("sku_days_empty", "sku_days"),
              "return_rate": ("returned", "shipped")}
    out.update({name: Fraction(x[part], x[whole]) for name, (part, whole) in ratios.items() if x[whole]})
    if x["net_sales"] and first >= TRANSACTIONS_FROM:
        cm1 = x["net_sales"] - x["cogs"] - x["platform_fees"]
        cm2 = cm1 - x["storage_fees"] - x["other_costs"] - x["points_cost"] - Fraction(x["ad_spend"] * 10, 11)
        out.update({"gross_margin": 1 - x["cogs"] / x["net_sales"], "cm1": cm1, "cm2": cm2, "cm2_margin": cm2 / x["net_sales"]})
    return {name: plain(value) for name, value in sorted(out.items())}


def order_totals(rows, first, last):
    out, ids, every = Counter(), set(), set()
    for row in rows.values():
        on = (dt.datetime.fromisoformat(row["purchase-date"]).replace(tzinfo=None) + JST).date()
        if first <= on <= last:
            every.add(row["amazon-order-id"])
            out["lines"] += 1
            out[row["order-status"].lower()] += 1
            out["item_price"] += int(row["item-price"] or 0)
            if row["order-status"] != "Cancelled":
                ids.add(row["amazon-order-id"])
    return dict(sorted(out.items())) | {"orders": len(ids), "orders_all": len(every)}


def spans():
    out = {month_of(m): (m, min(LAST, (m + dt.timedelta(32)).replace(day=1) - dt.timedelta(1))) for m in months()}
    for year in (2023, 2024, 2025):
        for n, first in enumerate(("04-01", "07-01", "10-01"), 1):
            last = {"04-01": "06-30", "07-01": "09-30", "10-01": "12-31"}[first]
            if day(f"{year}-{first}") >= FIRST:
                out[f"FY{year}-Q{n}"] = day(f"{year}-{first}"), day(f"{year}-{last}")
        if year < 2025:
            out[f"FY{year}-Q4"] = day(f"{year + 1}-01-01"), day(f"{year + 1}-03-31")
    out["FY2024"], out["FY2025 to 2025-12-31"] = (day("2024-04-01"), day("2025-03-31")), (day("2025-04-01"), LAST)
    for week in ("2025-W20", "2025-W28", "2025-W29", "2025-W37", "2025-W38", "2025-W45", "2025-W46", "2025-W52"):
        monday = dt.date.fromisocalendar(int(week[:4]), int(week[6:]), 1)
        out[week] = monday, monday + dt.timedelta(6)
    return out


def compare_with_what_happened(facts, shops):
    """What is in the files must be what happened in the shops, within the differences that are meant to be there."""
    for shop in shops:
        here = facts[shop.store]
        sent = Counter()
        for line in shop.lines:
            if not line["cancelled"]:
                sent[line["ships"].date()] += line["quantity"]
        for on in DAYS:
            known = shop.daily[on]
            assert (here[on]["gmv"], here[on]["units"], here[on]["sessions"]) == (known["sales"], known["units"], known["visits"]), on
            assert here[on]["shipped"] == sent[on], on
            assert here[on]["ad_sales"] <= here[on]["gmv"], on


# Scorecards, worked out by hand from the same figures: the rules of three people over four months, written a second time.
# 1 is full. Points are fractions until the end.
BANDS_ADS = [(110, "1.3"), (100, "1.1"), (90, "1"), (80, ".8"), (60, ".5"), (0, "0")]
BANDS_OPERATIONS = [(110, "1.2"), (100, "1.1"), (90, "1"), (80, ".8"), (60, ".5"), (0, "0")]
BANDS_PURCHASING = [(105, "1.1"), (95, "1"), (80, ".8"), (0, ".4")]


def exact(text):
    return Fraction(Decimal(text))


def capped(points, cap="1.2"):
    return max(Fraction(0), min(exact(cap), points))


def stepped(value, steps):
    return max((exact(bound), exact(points)) for bound, points in steps if value >= exact(bound))[1]


def to_coin(amount, decimals):
    """Half away from zero; nothing here is negative."""
    scale = 10 ** decimals
    return Fraction((2 * amount * scale + 1) // 2, scale)


def statement(items, bands, cap, gross, decimals, cut, has_money=True):
    """Score, coefficient and money. `items`: name → weight and points; `gross`: coefficient → amount; `cut`: share taken off."""
    whole = sum(exact(weight) for weight, _ in items.values())
    score = sum(exact(weight) * points for weight, points in items.values()) / whole
    k = next(exact(k) for bound, k in bands if score * 100 >= bound)
    k = min(k, cap)
    paid = to_coin(gross(k), decimals)
    paid -= to_coin(paid * cut, decimals)
    shown = {name: round(float(points * 100), 6) for name, (_, points) in items.items()}
    return {"points": shown, "score": round(float(score * 100), 6), "coefficient": float(k), "paid": float(paid)}


def advertising(facts, first, last):
    """Li Na: ACoS against 23 % from 35 %, TACoS against 5.8 %, ad sales against 3.4 million, conversion by steps."""
    x = raw(facts, STORES, first, last)
    acos, tacos = Fraction(x["ad_spend"], x["ad_sales"]), Fraction(x["ad_spend"], x["gmv"])
    wanted = exact(".23") if first.month < 12 else exact(".22")
    items = {
        "acos": (".4", capped((acos - exact(".35")) / (wanted - exact(".35")))),
        "tacos": (".2", capped(exact(".058") / tacos)),
        "ad_sales": (".25", capped(Fraction(x["ad_sales"], 3_400_000))),
        "ad_cvr": (".15", stepped(Fraction(x["ad_orders"], x["clicks"]), [("0", "0"), (".06", ".6"), (".07", ".9"), (".08", "1.1")])),
    }
    points_over = max(0, (acos - exact(".22")) // exact(".01"))
    cap = exact(".5") if tacos >= exact(".065") else Fraction(99)
    return statement(items, BANDS_ADS, cap, lambda k: 3000 * k, 2, min(exact(".3"), points_over * exact(".05")))


def operations(facts, store, sales, conversion, first, last):
    """An operator: sales and conversion of one store, a commission in tiers, returns taken off by half points."""
    x = raw(facts, [store], first, last)
    returns = Fraction(x["returned"], x["shipped"])
    items = {
        "gmv": (".45", capped(Fraction(x["gmv"], sales))),
        "unit_session_pct": (".35", capped(Fraction(x["units"], x["sessions"]) / exact(conversion))),
        "buy_box_pct": (".2", stepped(Fraction(x["buy_box_views"]) / x["page_views"], [("0", "0"), (".95", ".8"), (".97", "1")])),
    }
    sold = Fraction(x["gmv"])
    tiers = [(0, 4_000_000, ".004"), (4_000_000, 5_000_000, ".008"), (5_000_000, 10 ** 12, ".012")]
    commission = to_coin(sum(max(Fraction(0), min(sold, end) - start) * exact(rate) for start, end, rate in tiers), 0)
    over = max(0, (returns - exact(".035")) // exact(".005"))
    cap = exact(".6") if returns >= exact(".06") else Fraction(99)
    return statement(items, BANDS_OPERATIONS, cap, lambda k: commission * k, 0, min(Fraction(1), over * exact(".02")))


def purchasing(facts, first, last):
    """Wang Fang: days of stock within 30 to 45, empty shelves of three stores; the value of the stock stays below six million."""
    x = raw(facts, STORES, first, last)
    days = Fraction(x["stock"], x["shipped"])
    low, high = (days - 20) / 10, (60 - days) / 15
    empty = {store: raw(facts, [store], first, last) for store in STORES}
    rate = {store: Fraction(here["sku_days_empty"], here["sku_days"]) for store, here in empty.items()}
    out = {f"stockout-{store}": (weight, capped((rate[store] - exact(".04")) / (exact(".005") - exact(".04"))))
           for store, weight in zip(STORES, (".16", ".12", ".12"))}
    items = out | {"inv_days": (".45", max(Fraction(0), min(Fraction(1), low, high))), "inv_value": (".15", Fraction(1))}
    return statement(items, BANDS_PURCHASING, Fraction(99), lambda k: 2500 * k, 2, Fraction(0))


def raw(facts, stores, first, last):
    """All sums of a period."""
    x = Counter()
    for store in stores:
        for on in DAYS:
            if first <= on <= last:
                x.update(facts[store][on])
    return x


def largest_remainder(total, weights):
    """Whole parts of a total that add up to it; what is left over goes to the largest remainders."""
    whole = sum(weights)
    parts = [int(total * weight / whole) for weight in weights]
    rest = sorted(range(len(weights)), key=lambda at: (parts[at] - total * weights[at] / whole, at))
    for at in rest[:total - sum(parts)]:
        parts[at] += 1
    return parts


def sales_targets():
    """What the revised year asks of each store in October, November … (targets/fy2025.yaml, calendar/jp-amazon.yaml): the months
    of the company by the days left, those of the stores so that they add up to them from month to month."""
    amounts = {"2025-10": 13_200_000, "2025-11": 14_600_000, "2025-12": 13_800_000, "2026-01": 11_400_000, "2026-02": 10_800_000, "2026-03": 12_800_000}
    holidays = HOLIDAYS | set(map(day, "2026-01-01 2026-01-12 2026-02-11 2026-02-23 2026-03-20".split()))
    weekdays = [exact(weight) for weight in ("1", ".95", ".95", ".95", "1", "1.12", "1.17")]
    events = [(day(a), day(b), exact(weight)) for a, b, weight in [
        ("2025-10-04", "2025-10-06", "1.15"), ("2025-10-07", "2025-10-10", "2"), ("2025-11-21", "2025-11-23", "1.25"),
        ("2025-11-24", "2025-12-01", "1.8"), ("2025-12-29", "2026-01-03", ".85"), ("2026-03-14", "2026-04-05", "1.15")]]
    asked, month_of_day = [], []
    for name, amount in amounts.items():
        first = day(name + "-01")
        days = [first + dt.timedelta(at) for at in range(31) if (first + dt.timedelta(at)).month == first.month]
        weights = []
        for on in days:
            weight = weekdays[on.weekday()] * (exact("1.07") if on in holidays else 1)
            for start, end, factor in events:
                weight *= factor if start <= on <= end else 1
            weights.append(weight)
        asked += largest_remainder(amount, weights)
        month_of_day += [name] * len(days)
    left = 146_000_000 - (148_000_000 - sum(amounts.values()))
    revised = Counter()
    for name, amount in zip(month_of_day, largest_remainder(left, [Fraction(one) for one in asked])):
        revised[name] += amount
    # Up to each month every store has its share of the company so far, rounded down or up.
    shares = {"jp1": exact(".36"), "jp2": exact(".36"), "jp3": exact(".28")}
    so_far, given, targets = 0, Counter(), {}
    for name in amounts:
        so_far += revised[name]
        now = {store: int(share * so_far) for store, share in shares.items()}
        due = sorted((store for store in shares if shares[store] * so_far != now[store]), key=lambda store: (now[store] + 1) / shares[store])
        for store in due[:so_far - sum(now.values())]:
            now[store] += 1
        targets[name] = {store: now[store] - given[store] for store in shares}
        given = now
    return targets


def scorecards(facts):
    targets = sales_targets()
    october, november = (day("2025-10-01"), day("2025-10-31")), (day("2025-11-01"), day("2025-11-30"))
    return {
        "li.na 2025-10": advertising(facts, *october),
        "li.na 2025-11": advertising(facts, *november),
        "tanaka 2025-10": operations(facts, "jp2", targets["2025-10"]["jp2"], ".069", *october),
        "tanaka 2025-11": operations(facts, "jp2", targets["2025-11"]["jp2"], ".071", *november),
        "wang.fang 2025-10": purchasing(facts, *october),
        "wang.fang 2025-11": purchasing(facts, *november),
    }


def write_expected(shops):
    facts = facts_per_store()
    compare_with_what_happened(facts, shops)
    kinds, unknown = profit_facts(facts)
    orders = orders_per_store()
    scopes = {**{store: [store] for store in STORES}, "company": list(STORES)}
    known = {
        "_": "read back from data/ by generate.py, without kpress; ratios are sums over sums, weeks begin on Monday, Qn and FY are fiscal (from April)",
        "_not_known": "where `cost_unknown` names a SKU, cogs and cogs_cny leave its units out: the true figure is not known, kpress marks the period",
        "figures": {span: {scope: total(facts, stores, *days) for scope, stores in scopes.items()} for span, days in spans().items()},
        "orders": {span: {store: order_totals(orders[store], *days) for store in STORES} for span, days in spans().items() if days[0] >= ORDERS_FROM},
        "transaction_rows": {store: dict(sorted(kinds[store].items())) for store in STORES},
        "scorecards": scorecards(facts),
        "cost_unknown": [{"store": store, "sku": sku, "month": month, "net_units": n} for (store, sku, month), n in sorted(unknown.items())],
    }
    with open(os.path.join(HERE, "expected.json"), "w", encoding="utf-8") as file:
        json.dump(known, file, ensure_ascii=False, indent=1, sort_keys=True)
        file.write("\n")


def main():
    shutil.rmtree(DATA, ignore_errors=True)
    shops = [Shop(store).run() for store in STORES]
    write_business_report(shops[0], "utf-8-sig")
    write_business_report(shops[1], "cp932")
    write_sales_and_traffic(shops[2])
    for shop in shops:
        for write in (write_ads, write_ledger, write_returns, write_transactions, write_orders):
            write(shop)
    write_own_tables(shops)
    write_expected(shops)


if __name__ == "__main__":
    main()
