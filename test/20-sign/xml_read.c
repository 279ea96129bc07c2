/* lib/xml: what the reader refuses and how it says so; finding, splicing and writing. */
#include "tap.h"

#include <stdlib.h>

#include "xml/xml.h"

static void
refusals(void)
{
	static const struct { const char *xml, *key, *says; } t[] = {
		{ "<!DOCTYPE a><a/>", "xml.doctype", "dòng 1, cột 1: không được có DOCTYPE" },
		{ "<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "xml.doctype", "dòng 2, cột 1" },
		{ "<a>&lol;</a>", "xml.thucThe", "dòng 1, cột 4: thực thể không được phép “lol”" },
		{ "<a b='&e;'/>", "xml.thucThe", "“e”" },
		{ "<a>x & y</a>", "xml.saiDang", "&amp;" },
		{ "<a>\n<?php x?></a>", "xml.chiThi", "dòng 2, cột 1: chỉ thị xử lí không được phép “php”" },
		{ "<a x='1' x='2'/>", "xml.trungThuocTinh", "dòng 1, cột 10: thuộc tính lặp lại “x”" },
		{ "<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>", "xml.trungThuocTinh", "“q:x”" },
		{ "<p:a/>", "xml.tienTo", "“p:a”" },
		{ "<a p:b='1'/>", "xml.tienTo", "“p:b”" },
		{ "<a><b xmlns:p='u'/><p:c/></a>", "xml.tienTo", "“p:c”" },
		{ "<a xmlns:p=''/>", "xml.saiDang", "không gian tên" },
		{ "<a xmlns:xml='u'/>", "xml.saiDang", "không gian tên" },
		{ "<a>\x01</a>", "xml.kyTu", "dòng 1, cột 4" },
		{ "<a>\xff</a>", "xml.kyTu", "UTF-8" },
		{ "<a>\xc0\x80</a>", "xml.kyTu", "UTF-8" },
		{ "<a>\xed\xa0\x80</a>", "xml.kyTu", "UTF-8" },
		{ "<a>&#0;</a>", "xml.kyTu", "mã kí tự" },
		{ "<a>&#x110000;</a>", "xml.kyTu", "mã kí tự" },
		{ "<a>&#99999999999999999999;</a>", "xml.kyTu", "mã kí tự" },
		{ "<a>", "xml.saiDang", "chưa đóng phần tử “a”" },
		{ "<a", "xml.saiDang", "giữa chừng" },
		{ "<a b=\"1", "xml.saiDang", "giữa chừng" },
		{ "<a><b></a></b>", "xml.saiDang", "thẻ đóng không khớp thẻ mở “b”" },
		{ "<a></ab>", "xml.saiDang", "không khớp" },
		{ "<a/><b/>", "xml.saiDang", "phần tử gốc" },
		{ "<a/>x", "xml.saiDang", "ngoài phần tử gốc" },
		{ "", "xml.saiDang", "giữa chừng" },
		{ "<a>]]></a>", "xml.saiDang", "]]>" },
		{ "<a><!-- x -- y --></a>", "xml.saiDang", "chú thích" },
		{ "<a><![CDATA[x</a>", "xml.saiDang", "CDATA" },
		{ "<a b=1/>", "xml.saiDang", "nháy" },
		{ "<a b='<'/>", "xml.saiDang", "<" },
		{ "<a b='1'c='2'/>", "xml.saiDang", "thẻ mở" },
		{ "<1a/>", "xml.saiDang", "tên phần tử" },
		{ "<?xml version=\"1.1\"?><a/>", "xml.saiDang", "1.0" },
		{ "<?xml version=\"1.0\" encoding=\"windows-1258\"?><a/>", "xml.bangMa", "“windows-1258”" },
		{ " <?xml version=\"1.0\"?><a/>", "xml.saiDang", "đầu tệp" },
	};
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		HB_SCOPED_ARENA a;
		hb_arena_init(&a, HB_ARENA_DEFAULT);
		struct hb_err err = HB_ERR_INIT;
		struct xml_doc *doc;
		enum hb_code c = xml_read(HB_STR(t[i].xml), 0, &a, &doc, &err);
		bool good = c == HB_E_INPUT && strcmp(err.key, t[i].key) == 0 && strstr(err.msg, t[i].says) != NULL;
		ok(good, "refused: %.40s", t[i].xml[0] == '\x01' ? "" : t[i].key);
		if (!good)
			printf("# %s\n# got %d %s %s\n", t[i].xml, c, err.key == NULL ? "" : err.key, err.msg);
	}
}

/* A document of n repetitions between head and tail. */
static const char *
many(struct hb_buf *b, const char *head, const char *each, unsigned n, const char *tail)
{
	hb_buf_reset(b);
	hb_puts(b, head);
	for (unsigned i = 0; i < n; i++)
		hb_putf(b, each, i, i);
	hb_puts(b, tail);
	return b->p;
}

static enum hb_code
code_of(struct hb_bytes xml)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct xml_doc *doc;
	return xml_read(xml, 0, &a, &doc, NULL);
}

static void
limits(void)
{
	HB_SCOPED_BUF b;
	hb_buf_init(&b, HB_BUF_MAX * 2);
	ok(code_of(HB_STR(many(&b, "", "<a>", XML_MAX_DEPTH + 1, ""))) == HB_E_TOOBIG, "too deep");
	ok(code_of(HB_STR(many(&b, "<a ", "x%u='%u' ", XML_MAX_ATTRS + 1, "/>"))) == HB_E_TOOBIG, "too many attributes");
	ok(code_of(HB_STR(many(&b, "<a ", "x%u='%u' ", XML_MAX_ATTRS, "/>"))) == HB_OK, "as many attributes as allowed");
	ok(code_of(HB_STR(many(&b, "<a>", "<b%u>%u", XML_MAX_NAMES + 1, ""))) == HB_E_TOOBIG, "too deep before too many names");
	ok(code_of(HB_STR(many(&b, "<a>", "<b%u/><c%u/>", XML_MAX_NAMES, "</a>"))) == HB_E_TOOBIG, "too many names");
	ok(code_of(HB_STR(many(&b, "<a>", "<b xmlns:p%u='u%u'/>", XML_MAX_PREFIXES + 1, "</a>"))) == HB_E_TOOBIG, "too many prefixes");
	many(&b, "<a>", "%u%u\n", 1000, "");
	while (b.len <= XML_MAX_BYTES)
		hb_puts(&b, "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789");
	ok(code_of(hb_buf_bytes(&b)) == HB_E_TOOBIG, "too many bytes");
	ok(code_of(HB_STR(many(&b, "<a>", "<b/>%u%u", 1000000, "</a>"))) == HB_E_TOOBIG, "a tree larger than its arena");
}

static void
entity_bombs(void)
{
	static const char *const bombs[] = {
		"<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;&lol;&lol;&lol;&lol;\">]><lolz>&lol2;</lolz>",
		"<!DOCTYPE x [<!ENTITY % p SYSTEM \"file:///etc/passwd\"> %p;]><x/>",
		"<!DOCTYPE x SYSTEM \"http://example.invalid/x.dtd\"><x/>",
		"<?xml version=\"1.0\"?><!-- --><!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><x>&a;</x>",
		"<!doctype html><html/>",
		"<!DOCTYPE x [<!ATTLIST x Id ID #IMPLIED>]><x Id='a'/>",
		"<x>&a;</x><!DOCTYPE x>",
	};
	for (size_t i = 0; i < sizeof bombs / sizeof bombs[0]; i++)
		ok(code_of(HB_STR(bombs[i])) == HB_E_INPUT, "bomb %zu is refused", i + 1);
}

static const char sample[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<SO xmlns=\"urn:x\" PhienBan=\"1\"><TTC Id=\"ttc\">a&amp;b<!-- c --><![CDATA[<&>]]></TTC>"
    "<KY><GVBM Mon=\"TOAN\"/><GVBM Mon=\"VAN\"></GVBM><GVBM Mon=\"VAN\"/></KY></SO>";

static void
finding(struct hb_arena *a)
{
	struct xml_doc *d;
	unsigned n;
	if (!ok(xml_read(HB_STR(sample), 0, a, &d, NULL) == HB_OK, "the sample is read"))
		return;
	struct xml_node *ttc = xml_by_id(d, "ttc", &n);
	ok(ttc != NULL && n == 1 && xml_is(ttc, "urn:x", "TTC"), "an element by its Id");
	is(xml_text(ttc, a), "a&b<&>", "text joins entities and CDATA");
	ok(xml_by_id(d, "không", &n) == NULL && n == 0, "an Id that is not there");
	is(xml_attr(d->root, "PhienBan"), "1", "an attribute");
	ok(xml_attr(d->root, "Khac") == NULL, "an attribute that is not there");
	ok(xml_path(d, "/SO/KY/GVBM[@Mon='TOAN']") != NULL, "a path with a test");
	ok(xml_path(d, "/SO/KY/GVBM[@Mon='VAN']") == NULL, "a path that fits twice is none");
	struct xml_node *second = xml_path(d, "/SO/KY/GVBM[@Mon='VAN'][2]");
	ok(second != NULL && second->empty_tag, "a path with a position");
	is(xml_path_of(second, a), "/SO[1]/KY[1]/GVBM[3]", "the path of an element");
	ok(xml_path(d, xml_path_of(second, a)) == second, "and back");
	ok(xml_path(d, "/SO/KY/GVBM[") == NULL && xml_path(d, "SO") == NULL && xml_path(d, "") == NULL, "paths that are none");
	ok(memcmp(d->bytes.p + ttc->start, "<TTC", 4) == 0 && d->bytes.p[ttc->inner] == 'a'
	    && memcmp(d->bytes.p + ttc->inner_end, "</TTC>", 6) == 0 && ttc->end == ttc->inner_end + 6, "byte offsets");
}

static void
splicing(struct hb_arena *a)
{
	struct xml_doc *d, *e;
	struct hb_bytes out;
	if (xml_read(HB_STR(sample), 0, a, &d, NULL) != HB_OK)
		return;
	ok(xml_append(d, xml_path(d, "/SO/KY/GVBM[@Mon='TOAN']"), HB_STR("<S/>"), a, &out, NULL) == HB_OK
	    && strstr((const char *)out.p, "<GVBM Mon=\"TOAN\"><S/></GVBM><GVBM Mon=\"VAN\">") != NULL, "<x/> is opened up");
	ok(xml_read(out, 0, a, &e, NULL) == HB_OK && xml_path(e, "/SO/KY/GVBM/S") == NULL
	    && xml_path(e, "/SO/KY/GVBM[1]/S") != NULL, "and read again");
	ok(xml_append(d, xml_path(d, "/SO/KY"), HB_STR("<Z/>"), a, &out, NULL) == HB_OK
	    && strstr((const char *)out.p, "<Z/></KY></SO>") != NULL, "appended as the last child");
	ok(xml_fill(d, xml_by_id(d, "ttc", NULL), HB_STR("x"), a, &out, NULL) == HB_OK
	    && strstr((const char *)out.p, "<TTC Id=\"ttc\">x</TTC>") != NULL, "content replaced");
	ok(xml_splice(HB_STR("abc"), 2, 1, HB_STR(""), a, &out, NULL) == HB_E_INTERNAL, "a splice outside the bytes fails");
}

static void
writing(struct hb_arena *a)
{
	HB_SCOPED_BUF b;
	hb_buf_init(&b, 1 << 16);
	struct xml_writer w;
	xml_writer_init(&w, &b);
	xml_open(&w, "a");
	xml_put_attr(&w, "k", "\"<&>\t'");
	xml_put_attr(&w, "none", NULL);
	xml_put_leaf(&w, "b", "x<y & z>\r");
	xml_put_leaf(&w, "none", NULL);
	xml_open(&w, "c");
	xml_close(&w);
	xml_close(&w);
	ok(xml_writer_ok(&w), "the writer is content");
	is(b.p, "<a k=\"&quot;&lt;&amp;>&#x9;'\"><b>x&lt;y &amp; z&gt;&#xD;</b><c></c></a>", "it writes canonical form");
	struct xml_doc *d;
	struct hb_bytes c;
	struct xml_c14n_spec spec = { XML_C14N_EXCLUSIVE, NULL, NULL };
	ok(xml_read(hb_buf_bytes(&b), 0, a, &d, NULL) == HB_OK && xml_c14n_bytes(d, d->root, &spec, a, &c, NULL) == HB_OK
	    && c.n == b.len && memcmp(c.p, b.p, c.n) == 0, "which C14N leaves alone");
	xml_close(&w);
	ok(!xml_writer_ok(&w), "one close too many is noticed");
	hb_buf_reset(&b);
	xml_writer_init(&w, &b);
	xml_put_leaf(&w, "a", "\x02");
	ok(!xml_writer_ok(&w), "a character XML cannot hold is noticed");
}

int
main(void)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	refusals();
	limits();
	entity_bombs();
	finding(&a);
	splicing(&a);
	writing(&a);
	return tap_done();
}
