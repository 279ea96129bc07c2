/* pdf/page.c - the page tree, flattened once. */
#include "pdf/reader.h"

/* Every visit of a node costs one of the budget, so a tree that is a graph ends. */
static bool
collect(struct pdf *pdf, const struct pdf_value *node, struct pdf_ref self, unsigned depth, size_t *budget)
{
	const struct pdf_value *kids, *kid;
	if (depth > PDF_DEPTH_MAX || *budget == 0 || node->type != PDF_DICT)
		return false;
	(*budget)--;
	if (pdf_lookup(pdf, node, "Kids", &kids, NULL) != HB_OK)
		return false;
	if (kids->type != PDF_ARRAY) {
		if (!pdf_is_name(pdf_get(node, "Type"), "Page") || self.num == 0 || pdf->pages_n == PDF_PAGES_MAX)
			return false;
		pdf->pages[pdf->pages_n++] = self;
		return true;
	}
	for (uint32_t i = 0; i < kids->count; i++) {
		if (kids->items[i].type != PDF_REF || pdf_resolve(pdf, &kids->items[i], &kid, NULL) != HB_OK ||
		    !collect(pdf, kid, kids->items[i].ref, depth + 1, budget))
			return false;
	}
	return true;
}

size_t
pdf_page_count(struct pdf *pdf)
{
	if (pdf->pages_read)
		return pdf->pages_n;
	pdf->pages_read = true;
	size_t                  budget = 2 * PDF_PAGES_MAX;
	const struct pdf_value *root, *pages;
	pdf->pages = HB_NEWN(pdf->a, struct pdf_ref, PDF_PAGES_MAX);
	if (pdf->pages == NULL || pdf_lookup(pdf, pdf_trailer(pdf), "Root", &root, NULL) != HB_OK ||
	    pdf_lookup(pdf, root, "Pages", &pages, NULL) != HB_OK ||
	    !collect(pdf, pages, (struct pdf_ref){ 0 }, 0, &budget))
		pdf->pages_n = 0;
	return pdf->pages_n;
}

enum hb_code
pdf_page(struct pdf *pdf, size_t index, struct pdf_ref *ret_ref, const struct pdf_value **ret_page,
    struct hb_err *err)
{
	if (index >= pdf_page_count(pdf))
		return pdf_bad(err, "PDF không có trang %zu", index + 1);
	*ret_ref = pdf->pages[index];
	return pdf_object(pdf, pdf->pages[index], ret_page, err);
}
