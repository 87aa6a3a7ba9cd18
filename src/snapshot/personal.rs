//! Columns with data of buyers, known by their labels in English, Japanese and Chinese (amazon-data.md §8). They are
//! dropped before anything is kept, unless a source names them under `keep:`.

use super::header::snake;

/// Labels, in snake_case, that are personal as a whole.
const EXACT: &[&str] = &[
    "buyer_email",
    "buyer_name",
    "buyer_phone_number",
    "recipient_name",
    "ship_address_1",
    "ship_address_2",
    "ship_address_3",
    "ship_phone_number",
    "ship_city",
    "ship_postal_code",
    "ship_state",
    "市町村",
    "郵便番号",
    "都道府県",
    "評価者のeメール",
    "rater_email",
    "license_plate_number",
    "customer_comments",
    "コメント",
    "comments",
];
/// Beginnings of labels of nested objects.
const BEGINS: &[&str] =
    &["buyer_info", "buyer_tax_info", "buyerinfo", "buyertaxinfo", "shipping_address", "shippingaddress"];
/// Words that make any label personal.
const WORDS: &[&str] = &[
    "email",
    "e_mail",
    "メールアドレス",
    "eメール",
    "電子メール",
    "邮箱",
    "電郵",
    "phone_number",
    "telephone",
    "電話番号",
    "电话",
    "手机号",
    "street_address",
    "住所",
    "收货地址",
    "收件地址",
    "recipient",
    "受取人",
    "お届け先",
    "宛名",
    "收件人",
    "收货人",
];

/// Whether a column with this label holds data of buyers.
pub(crate) fn is_personal(label: &str) -> bool {
    let name = snake(label);
    EXACT.contains(&name.as_str())
        || BEGINS.iter().any(|begin| name.starts_with(begin))
        || WORDS.iter().any(|word| contains_word(&name, word))
}

/// Latin words stand between marks; Japanese and Chinese have none between words.
fn contains_word(name: &str, word: &str) -> bool {
    if !word.is_ascii() {
        return name.contains(word);
    }
    format!("_{name}_").contains(&format!("_{word}_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_buyer_data() {
        for label in [
            "buyer-email",
            "Rater Email",
            "評価者のEメール",
            "ship-address-2",
            "市町村",
            "buyer_info_name",
            "License-Plate-Number",
            "Recipient",
            "收货地址",
            "电话",
        ] {
            assert!(is_personal(label), "{label}");
        }
        for label in [
            "sku",
            "ship-country",
            "日付",
            "emails_sent_count",
            "商品の売上税",
            "address_type_count",
            "タイトル",
            "Fulfillment Center",
        ] {
            assert!(!is_personal(label), "{label}");
        }
    }
}
