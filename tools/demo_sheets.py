"""xlsx files as schools keep them: title lines, merged cells, two-row headings, a line for signatures below the table."""
import datetime
import xlsxwriter


class Book:
    """One workbook; its bytes depend on its cells only."""

    def __init__(self, path):
        self.book = xlsxwriter.Workbook(str(path), {"in_memory": True})
        self.book.set_properties({"created": datetime.datetime(2026, 1, 1), "author": "", "company": ""})
        base = {"font_name": "Times New Roman", "font_size": 11}
        self.plain = self.book.add_format({**base, "border": 1})
        self.text = self.book.add_format({**base, "border": 1, "num_format": "@"})
        self.mark = self.book.add_format({**base, "border": 1, "num_format": "0.0", "align": "center"})
        self.head = self.book.add_format({**base, "border": 1, "bold": True, "align": "center", "valign": "vcenter", "text_wrap": True})
        self.title = self.book.add_format({**base, "bold": True, "font_size": 14, "align": "center"})
        self.small = self.book.add_format({**base, "italic": True})

    def sheet(self, tab, school, titles, heads, rows, widths=None, groups=None, footer="Người lập bảng"):
        """heads: column titles; groups: {first column: (count, text)} makes a two-row heading."""
        ws = self.book.add_worksheet(tab[:31])
        last = len(heads) - 1
        ws.write(0, 0, school, self.small)
        for i, line in enumerate(titles):
            ws.merge_range(1 + i, 0, 1 + i, last, line, self.title)
        row = 2 + len(titles)
        if groups:
            grouped = {c for start, (n, _) in groups.items() for c in range(start, start + n)}
            for start, (n, text) in groups.items():
                if n > 1:
                    ws.merge_range(row, start, row, start + n - 1, text, self.head)
                else:
                    ws.write(row, start, text, self.head)
            for c, head in enumerate(heads):
                if c in grouped:
                    ws.write(row + 1, c, head, self.head)
                else:
                    ws.merge_range(row, c, row + 1, c, head, self.head)
            row += 1
        else:
            for c, head in enumerate(heads):
                ws.write(row, c, head, self.head)
        for r, values in enumerate(rows, row + 1):
            for c, value in enumerate(values):
                if value is None or value == "":
                    ws.write_blank(r, c, None, self.plain)
                elif isinstance(value, (int, float)):
                    ws.write_number(r, c, value, self.mark if isinstance(value, float) else self.plain)
                else:
                    ws.write_string(r, c, value, self.text)
        ws.write(row + len(rows) + 2, max(0, last - 2), footer, self.small)
        for c, width in (widths or {}).items():
            ws.set_column(c, c, width)
        ws.freeze_panes(row + 1, 3)

    def close(self):
        self.book.close()
