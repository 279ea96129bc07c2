/* The writer: what it writes is already canonical, so the reader marks it verbatim and digests it as it stands. */
#include "xml/xml.h"

#include <string.h>

void
xml_writer_init(struct xml_writer *w, struct hb_buf *out)
{
	*w = (struct xml_writer){ .out = out };
}

static void
end_tag_start(struct xml_writer *w)
{
	if (w->in_tag)
		hb_putc(w->out, '>');
	w->in_tag = false;
}

/* Characters XML forbids are a caller's mistake: the buffer is marked failed rather than a broken file written. */
static void
put_escaped(struct hb_buf *b, const char *s, bool attr)
{
	const char *from = s;
	for (;; s++) {
		const char *as = NULL;
		switch (*s) {
		case '\0':
			hb_put(b, from, (size_t)(s - from));
			return;
		case '&':
			as = "&amp;";
			break;
		case '<':
			as = "&lt;";
			break;
		case '>':
			as = attr ? NULL : "&gt;";
			break;
		case '"':
			as = attr ? "&quot;" : NULL;
			break;
		case '\t':
			as = attr ? "&#x9;" : NULL;
			break;
		case '\n':
			as = attr ? "&#xA;" : NULL;
			break;
		case '\r':
			as = "&#xD;";
			break;
		default:
			if ((uint8_t)*s < 0x20)
				b->failed = true;
		}
		if (as != NULL) {
			hb_put(b, from, (size_t)(s - from));
			hb_puts(b, as);
			from = s + 1;
		}
	}
}

void
xml_open(struct xml_writer *w, const char *name)
{
	if (w->depth == XML_WRITER_DEPTH) {
		w->out->failed = true;
		return;
	}
	end_tag_start(w);
	w->open[w->depth++] = name;
	hb_putc(w->out, '<');
	hb_puts(w->out, name);
	w->in_tag = true;
}

void
xml_put_attr(struct xml_writer *w, const char *name, const char *value)
{
	if (value == NULL)
		return;
	if (!w->in_tag) {
		w->out->failed = true;
		return;
	}
	hb_putc(w->out, ' ');
	hb_puts(w->out, name);
	hb_puts(w->out, "=\"");
	put_escaped(w->out, value, true);
	hb_putc(w->out, '"');
}

void
xml_put_text(struct xml_writer *w, const char *text)
{
	end_tag_start(w);
	put_escaped(w->out, text, false);
}

void
xml_put_raw(struct xml_writer *w, struct hb_bytes xml)
{
	end_tag_start(w);
	hb_put(w->out, xml.p, xml.n);
}

void
xml_close(struct xml_writer *w)
{
	if (w->depth == 0) {
		w->out->failed = true;
		return;
	}
	end_tag_start(w);
	hb_puts(w->out, "</");
	hb_puts(w->out, w->open[--w->depth]);
	hb_putc(w->out, '>');
}

void
xml_put_leaf(struct xml_writer *w, const char *name, const char *text)
{
	if (text == NULL)
		return;
	xml_open(w, name);
	xml_put_text(w, text);
	xml_close(w);
}

bool
xml_writer_ok(const struct xml_writer *w)
{
	return w->depth == 0 && !w->in_tag && hb_buf_ok(w->out);
}
