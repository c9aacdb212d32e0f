"""Control: charts and alarms within one budget, and what people answer."""
