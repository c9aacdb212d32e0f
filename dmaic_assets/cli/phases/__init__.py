"""Commands about the five phases and their repairs, alarms and reports."""
