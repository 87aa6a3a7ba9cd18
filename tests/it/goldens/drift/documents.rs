//! JSON documents, changed as they change: other keys, cut files, the same document twice.

use super::*;

/// JSON, every preset that is read from it.
const DOCUMENTS: &[Case] = &[
    case("amazon/sales-traffic", "", "spapi/sellerSalesAndTrafficReport.example1.json"),
    case("amazon/ads-sp-api", "", "amazon-jp/spAdvertisedProduct.json.gz"),
    case("amazon/ads-sb-api", "", "pack/sb-api.json"),
    case("amazon/ads-sd-api", "", "pack/sd-api.json"),
    case(
        "amazon/account-health",
        ", period: 2020-11-18",
        "pack/accountHealthReport-2020-11-18.example1.json",
    ),
    case("amazon/search-terms", "", "pack/sellingPartnerSearchTermsReport.example1.json"),
    case("amazon/search-query", "", "pack/sellingPartnerSearchQueryPerformanceReport.example1.json"),
    case("amazon/search-catalog", "", "pack/sellingPartnerSearchCatalogPerformanceReport.example1.json"),
    case("amazon/market-basket", "", "pack/sellingPartnerMarketBasketAnalysisReport.example1.json"),
    case("amazon/repeat-purchase", "", "pack/sellingPartnerRepeatPurchaseReport.example1.json"),
    case("amazon/coupons", "", "pack/sellerCouponReport.example1.json"),
    case("amazon/promotions", "", "pack/promotionReport.example1.json"),
    case("amazon/vendor-sales", "", "pack/vendorSalesReport.example1.json"),
    case("amazon/vendor-traffic", "", "pack/vendorTrafficReport.example1.json"),
    case("amazon/vendor-inventory", "", "pack/vendorInventoryReport.example1.json"),
    case("amazon/vendor-margin", "", "pack/vendorNetPureProductMarginReport.example1.json"),
    case("amazon/vendor-forecast", "", "pack/vendorForecastingReport.example1.json"),
    case("amazon/kiosk-economics", "", "pack/shop/data/economics/jp1/2026-05.jsonl"),
    case("lingxing/profit", "", "pack/lingxing.json"),
];

type Make = fn(&str, &mut Seeded) -> Vec<Vec<u8>>;

const CHANGES: &[(&str, Expect, Make)] = &[
    ("as it is", Expect::Same, |text, _| vec![text.into()]),
    ("byte order mark", Expect::Same, |text, _| vec![format!("\u{feff}{text}").into_bytes()]),
    ("blank lines around", Expect::Same, |text, _| vec![format!("\r\n \n{text}\r\n\n").into_bytes()]),
    ("the file twice", Expect::Same, |text, _| vec![text.into(), text.into()]),
    ("keys nobody knows", Expect::Same, |text, _| {
        vec![text.replace('{', "{\"newKey\":{\"a\":1},").replace(",}", "}").into_bytes()]
    }),
    ("packed", Expect::Same, |text, _| {
        use std::io::Write;
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        out.write_all(text.as_bytes()).expect("memory");
        vec![out.finish().expect("memory")]
    }),
    ("cut at any byte", Expect::Told, |text, seeded| {
        let end = text.trim_end().len() - 1;
        vec![text.as_bytes()[..1 + seeded.below(end - 1)].to_vec()]
    }),
    ("a damaged byte", Expect::TextMayDiffer, |text, seeded| {
        let mut bytes = text.as_bytes().to_vec();
        let at = seeded.below(bytes.len());
        bytes[at] = 0xff;
        vec![bytes]
    }),
    ("numbers that are none", Expect::Told, |text, _| vec![text.replace("0,", "0.0.1,").into_bytes()]),
    ("an answer that is an error", Expect::Told, |_, _| {
        vec![b"{\"errors\":[{\"code\":\"Unauthorized\",\"message\":\"expired\"}]}".to_vec()]
    }),
    ("an empty list", Expect::Told, |_, _| vec![b"{}".to_vec()]),
];

#[test]
fn documents() {
    let mut failed = Vec::new();
    for case in DOCUMENTS {
        let (plan, _) = workspace(&format!("preset: {}, files: \"data/*\"{}", case.preset, case.more), &[]);
        let bytes = bytes_of(case.file);
        let text = match bytes.starts_with(&[0x1f, 0x8b]) {
            true => std::io::read_to_string(flate2::read::GzDecoder::new(&bytes[..])).expect("gzip"),
            false => String::from_utf8(bytes).expect("UTF-8"),
        };
        let golden = see(&plan, &[("data/a.json".to_owned(), text.clone().into_bytes())]);
        assert!(!golden.rows.is_empty(), "{}", case.file);
        for (name, expect, make) in CHANGES {
            for seed in 0..SEEDS {
                let files = make(&text, &mut Seeded(seed));
                // A line of JSON Lines that is whole is whole.
                let lines = case.file.ends_with(".jsonl") && *name == "cut at any byte";
                let named = ["data/a.json", "data/b.json"]
                    .map(str::to_owned)
                    .into_iter()
                    .zip(files)
                    .collect::<Vec<_>>();
                let why = match catch_unwind(AssertUnwindSafe(|| see(&plan, &named))) {
                    Ok(_) if lines => None,
                    Ok(seen) => against(&golden, &seen, *expect),
                    Err(_) => Some("a panic".to_owned()),
                };
                failed.extend(
                    why.map(|why| format!("{name} of {} ({}), seed {seed}: {why}", case.file, case.preset)),
                );
            }
        }
    }
    assert!(failed.is_empty(), "{} changes:\n{}", failed.len(), failed.join("\n"));
}
