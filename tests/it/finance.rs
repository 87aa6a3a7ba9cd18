//! Profit, tax, exchange and stock of `finance_worked.csv`, as a workspace computes them from its files.

use crate::folder::Temp;
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

const CONFIG: &str = "site: {title: Shop, languages: [en], timezone: Asia/Tokyo, currency: JPY}\n\
                      sources:\n\
                      \x20 month: {files: \"data/month.csv\", date: date, basis: {tax: exclusive}}\n\
                      \x20 stock: {files: \"data/stock.csv\", date: date, basis: {tax: exclusive}}\n";

/// One month as a day, in the words of the vectors.
const MONTH: &str = "date,incl10,incl8,refunds,cogs,referral,fba,storage,ads,points,overhead,shipped,ad_jpy,paid_cny\n\
                     2025-07-31,5500000,1080000,300000,1800000,600000,540000,60000,600000,60000,300000,1350,1000000,48260\n";

/// Four looks at the stock; its value at the beginning and at the end.
const STOCK: &str = "date,available,value\n2025-07-01,900,2400000\n2025-07-10,1000,\n2025-07-20,800,\n2025-07-31,700,3000000\n";

const METRICS: &str = "metrics:
  gmv: {source: month, value: sum(incl10) + sum(incl8), unit: JPY, better: higher}
  gmv_ex_tax: {source: month, value: sum(incl10) / 1.10 + sum(incl8) / 1.08, unit: JPY, better: higher}
  consumption_tax: {value: gmv - gmv_ex_tax, unit: JPY, better: neutral}
  refunds: {source: month, value: sum(refunds), unit: JPY, better: lower}
  net_sales: {value: gmv_ex_tax - refunds, unit: JPY, better: higher}
  cogs: {source: month, value: sum(cogs), unit: JPY, better: lower}
  amazon_fees: {source: month, value: sum(referral) + sum(fba) + sum(storage), unit: JPY, better: lower}
  cm1: {value: net_sales - cogs - amazon_fees, unit: JPY, better: higher}
  ad_spend: {source: month, value: sum(ads), unit: JPY, better: neutral}
  points_cost: {source: month, value: sum(points), unit: JPY, better: lower}
  cm2: {value: cm1 - ad_spend - points_cost, unit: JPY, better: higher}
  overhead: {source: month, value: sum(overhead), unit: JPY, better: lower}
  net_profit: {value: cm2 - overhead, unit: JPY, better: higher}
  net_margin: {value: net_profit / net_sales, unit: percent, better: higher}
  tacos_incl_basis: {value: ad_spend / gmv, unit: percent, better: lower}
  tacos_ex_basis: {value: ad_spend / gmv_ex_tax, unit: percent, better: lower}
  paid_cny: {source: month, value: sum(paid_cny), unit: CNY, better: lower}
  at_mid_rate: {source: month, value: sum(ad_jpy) * 0.0475, unit: CNY, better: neutral}
  fx_loss_cny: {value: paid_cny - at_mid_rate, unit: CNY, better: lower}
  fx_loss_rate: {value: paid_cny / at_mid_rate - 1, unit: percent, better: lower}
  avg_inventory_value: {source: stock, value: avg(value), unit: JPY, better: lower}
  inv_turnover_annual: {value: cogs / avg_inventory_value * 365 / 30, unit: x, better: higher}
  inv_days: {value: avg_inventory_value / cogs * 30, unit: days, better: lower}
  units_shipped: {source: month, value: sum(shipped), unit: count, better: higher}
  avg_available: {source: stock, value: avg(available), unit: count, better: lower}
  sell_through: {value: units_shipped / avg_available, unit: ratio, better: higher}
";

/// Names of the vectors that differ from those of the metrics.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("refunds_ex_tax", "refunds"),
    ("avg_available_4_snapshots", "avg_available"),
    ("units_shipped_90d", "units_shipped"),
];

#[test]
fn the_worked_month_comes_out() {
    let temp = Temp::new("finance");
    temp.write("kpress.yaml", CONFIG);
    temp.write("metrics/finance.yaml", METRICS);
    temp.write("data/month.csv", MONTH);
    temp.write("data/stock.csv", STOCK);
    let mut command = Command::new(env!("CARGO_BIN_EXE_kpress"));
    command.current_dir(temp.path()).env("HOME", "/nonexistent");
    let output =
        command.args(["values", "--grain", "month", "--format", "json"]).output().expect("kpress starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    let rows: Vec<Value> = serde_json::from_slice(&output.stdout).expect("an array");
    let number = |row: &Value| row["value"].as_str().map_or(row["value"].as_f64(), |text| text.parse().ok());
    let got: BTreeMap<&str, f64> =
        rows.iter().filter_map(|row| Some((row["metric"].as_str()?, number(row)?))).collect();
    let mut compared = 0;
    for line in include_str!("../data/vectors/finance_worked.csv").lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let (name, expected) = (cells[0], cells[cells.len() - 1].parse::<f64>().expect("a number"));
        let renamed =
            OTHER_NAMES.iter().find(|(vector, _)| *vector == name).map_or(name, |(_, metric)| metric);
        let Some(value) = got.get(renamed) else { continue };
        compared += 1;
        // The vectors are rounded to ten places.
        let near = (value - expected).abs() <= 1e-9 * expected.abs().max(1.0);
        assert!(near, "{name}: {value}, not {expected}");
    }
    // All but what is put in by hand, the warning example, and the inverse planning that `assess` does.
    assert_eq!(compared, got.len() - 1, "{got:?}");
}
