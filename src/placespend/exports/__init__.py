"""Tables and documents on their way out, in the forms that spreadsheets, programs and maps read."""
