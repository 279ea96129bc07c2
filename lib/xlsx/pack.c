/* The archive: opened from memory, its limits checked before and while it is unpacked. */
#include "xlsx_int.h"

#include <string.h>

enum hb_code
pack_open(struct pack *p, struct hb_bytes file, struct hb_err *err)
{
	zip_error_t why;
	zip_error_init(&why);
	*p = (struct pack){ 0 };
	p->source = zip_source_buffer_create(file.p, file.n, 0, &why);
	if (p->source == NULL)
		return hb_fail(err, HB_E_INTERNAL, "bang.hong", "không mở được tệp");
	p->zip = zip_open_from_source(p->source, ZIP_RDONLY | ZIP_CHECKCONS, &why);
	if (p->zip == NULL) {
		zip_source_free(p->source);
		p->source = NULL;
		hb_fail(err, HB_E_INPUT, "bang.hong", "tệp xlsx bị cắt cụt hoặc hỏng");
		return hb_hint(err, "Mở lại tệp bằng phần mềm bảng tính, lưu lại rồi tải lên lần nữa.");
	}
	zip_int64_t n = zip_get_num_entries(p->zip, 0);
	if (n > XLSX_MAX_ENTRIES)
		return hb_fail(err, HB_E_TOOBIG, "bang.quaLon", "tệp xlsx có %lld phần, nhiều hơn %d", (long long)n,
		    XLSX_MAX_ENTRIES);
	return HB_OK;
}

void
pack_close(struct pack *p)
{
	if (p->zip != NULL)
		zip_discard(p->zip);
	p->zip = NULL;
}

bool
pack_has(struct pack *p, const char *part)
{
	return zip_name_locate(p->zip, part, ZIP_FL_NOCASE) >= 0;
}

/* What xmlReader pulls its bytes from. */
struct stream {
	struct pack *pack;
	zip_file_t  *file;
	zip_uint64_t packed, got;
	bool         too_big, broken;
};

static int
pull(void *ctx, char *buffer, int len)
{
	struct stream *s = ctx;
	zip_int64_t    n = zip_fread(s->file, buffer, (zip_uint64_t)len);
	if (n < 0) {
		s->broken = true;
		return -1;
	}
	s->got += (zip_uint64_t)n;
	s->pack->unpacked += (size_t)n;
	bool swollen = s->got > 1 << 20 && s->got / (s->packed + 1) > XLSX_MAX_RATIO;
	if (swollen || s->pack->unpacked > XLSX_MAX_UNPACKED) {
		s->too_big = true;
		return -1;
	}
	return (int)n;
}

static int
done(void *ctx)
{
	struct stream *s = ctx;
	zip_fclose(s->file);
	return 0;
}

static void
quiet(void *ctx, xmlErrorPtr error)
{
	(void)ctx;
	(void)error;
}

static enum hb_code
walk(struct part *at, part_fn *fn, const char *part, struct hb_err *err)
{
	enum hb_code code = HB_OK;
	int          more = xmlTextReaderRead(at->xml);
	for (; more == 1 && code == HB_OK; more = xmlTextReaderRead(at->xml)) {
		const char *name = (const char *)xmlTextReaderConstLocalName(at->xml);
		switch (xmlTextReaderNodeType(at->xml)) {
		case XML_READER_TYPE_DOCUMENT_TYPE:
		case XML_READER_TYPE_ENTITY_REFERENCE:
			return hb_fail(err, HB_E_INPUT, "bang.hong", "phần %s của tệp xlsx có DOCTYPE: không nhận", part);
		case XML_READER_TYPE_ELEMENT: {
			bool empty = xmlTextReaderIsEmptyElement(at->xml) == 1;
			code = fn(at, PART_START, name, NULL, err);
			if (code == HB_OK && empty)
				code = fn(at, PART_END, name, NULL, err);
			break;
		}
		case XML_READER_TYPE_END_ELEMENT:
			code = fn(at, PART_END, name, NULL, err);
			break;
		case XML_READER_TYPE_TEXT:
		case XML_READER_TYPE_CDATA:
		case XML_READER_TYPE_WHITESPACE:
		case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
			code = fn(at, PART_TEXT, NULL, (const char *)xmlTextReaderConstValue(at->xml), err);
			break;
		default:
			break;
		}
		if (code != HB_OK)
			return code;
	}
	return more == 0 ? HB_OK : HB_E_INPUT;
}

enum hb_code
part_walk(struct pack *p, const char *part, part_fn *fn, void *ctx, struct hb_err *err)
{
	zip_stat_t st;
	if (zip_stat(p->zip, part, ZIP_FL_NOCASE, &st) != 0)
		return hb_fail(err, HB_E_INPUT, "bang.hong", "tệp xlsx thiếu phần %.120s", part);
	struct stream s = { .pack = p, .packed = st.comp_size };
	s.file = zip_fopen_index(p->zip, st.index, 0);
	if (s.file == NULL)
		return hb_fail(err, HB_E_INPUT, "bang.hong", "không đọc được phần %.120s của tệp xlsx", part);
	struct part at = { .ctx = ctx };
	at.xml = xmlReaderForIO(pull, done, &s, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (at.xml == NULL)
		return hb_full(err);
	xmlTextReaderSetStructuredErrorHandler(at.xml, quiet, NULL);
	struct hb_err inner = HB_ERR_INIT;
	enum hb_code  code = walk(&at, fn, part, &inner);
	xmlTextReaderClose(at.xml);
	xmlFreeTextReader(at.xml);
	if (s.too_big)
		return hb_fail(err, HB_E_TOOBIG, "bang.quaLon", "tệp xlsx bung ra quá lớn: không đọc");
	if (code != HB_OK && inner.code != HB_OK) {
		if (err != NULL && err->code == HB_OK)
			*err = inner;
		return inner.code;
	}
	if (code != HB_OK || s.broken)
		return hb_fail(err, HB_E_INPUT, "bang.hong", "phần %.120s của tệp xlsx bị hỏng", part);
	return HB_OK;
}

const char *
part_attr(struct part *at, const char *name, char *out, size_t n)
{
	out[0] = '\0';
	for (int more = xmlTextReaderMoveToFirstAttribute(at->xml); more == 1;
	     more = xmlTextReaderMoveToNextAttribute(at->xml)) {
		if (strcmp((const char *)xmlTextReaderConstLocalName(at->xml), name) != 0)
			continue;
		const xmlChar *value = xmlTextReaderConstValue(at->xml);
		size_t         len = value == NULL ? 0 : strlen((const char *)value);
		len = len < n ? len : n - 1;
		if (len > 0)
			memcpy(out, value, len);
		out[len] = '\0';
		break;
	}
	xmlTextReaderMoveToElement(at->xml);
	return out;
}
