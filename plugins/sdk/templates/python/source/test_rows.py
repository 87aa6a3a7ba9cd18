import unittest

from rows import decimal_of, rows_of


class Rows(unittest.TestCase):
    def test_an_answer_becomes_rows(self):
        rows, more = rows_of('{"rates": [{"day": 20000, "currency": "USD", "rate": "148.35"}], "more": true}')
        self.assertEqual(rows, [(20000, "USD", 148350000)])
        self.assertTrue(more)
        with self.assertRaisesRegex(ValueError, "lacks its day, currency or value"):
            rows_of('{"rates": [{"day": 20000}]}')
        self.assertIsNone(decimal_of("0.1234567", 6))
        self.assertEqual(decimal_of("-0.5", 6), -500000)


if __name__ == "__main__":
    unittest.main()
