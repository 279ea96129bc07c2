/* Class reports, class books and transcripts with bytes changed, lost, doubled: refused or read, never more.
 * What is still read must be written again: a reader that lets something odd in shows itself here. */
#include "tap.h"

#include "record_book.h"

enum { ROUNDS = 1500 };

static uint64_t state = 20260620;

static size_t
pick(size_t n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(state >> 33) % n;
}

/* One to three changes: a byte, a piece cut out, a piece put elsewhere. */
static struct hb_bytes
mutated(struct hb_arena *a, struct hb_bytes in)
{
	static const char odd[] = "<>&\"'/=0x\\{}[],:\xff\x00\xc3\xa9 T";
	size_t n = in.n;
	uint8_t *p = book_take(hb_alloc(a, in.n + 64));
	memcpy(p, in.p, n);
	for (size_t times = 1 + pick(3); times > 0; times--) {
		size_t at = pick(n - 40), length = 1 + pick(32);
		if (pick(3) == 0) {
			p[at] = (uint8_t)odd[pick(sizeof odd)];
		} else if (pick(2) == 0) {
			memmove(p + at, p + at + length, n - at - length);
			n -= length;
		} else {
			memcpy(p + at, in.p + pick(in.n - 40), length);
		}
	}
	return HB_BYTES(p, n);
}

static bool
class_json(struct hb_bytes in, struct hb_arena *a, bool *read)
{
	struct record_class *cls;
	struct record_faults faults;
	struct hb_bytes again;
	struct hb_bytes xml;
	struct record_class *back;
	*read = record_class_from_json(in, a, &cls, NULL) == HB_OK;
	if (*read && record_class_to_xml(cls, a, &xml, NULL) == HB_OK && record_class_from_xml(xml, a, &back, NULL) != HB_OK)
		return false;
	return !*read || (record_class_to_json(cls, a, &again, NULL) == HB_OK && record_class_check(cls, a, &faults, NULL) == HB_OK);
}

static bool
class_xml(struct hb_bytes in, struct hb_arena *a, bool *read)
{
	struct record_class *cls, *computed;
	struct record_gaps gaps;
	struct record_differences d;
	struct hb_bytes again;
	*read = record_class_from_xml(in, a, &cls, NULL) == HB_OK;
	if (!*read)
		return true;
	if (record_class_compute(cls, a, &computed, &gaps, NULL) == HB_OK && record_class_compare(cls, computed, RECORD_ALL_CELLS, a, &d, NULL) != HB_OK)
		return false;
	return record_class_to_xml(cls, a, &again, NULL) == HB_OK;
}

static bool
transcript_xml(struct hb_bytes in, struct hb_arena *a, bool *read)
{
	struct record_transcript *t;
	struct hb_bytes again;
	*read = record_transcript_from_xml(in, a, &t, NULL) == HB_OK;
	return !*read || record_transcript_to_xml(t, a, &again, NULL) == HB_OK;
}

static void
rounds(const char *name, struct hb_bytes in, bool (*judge)(struct hb_bytes, struct hb_arena *, bool *))
{
	size_t wrong = 0, readable = 0;
	for (int i = 0; i < ROUNDS; i++) {
		HB_SCOPED_ARENA a;
		bool read;
		hb_arena_init(&a, HB_ARENA_DEFAULT);
		wrong += !judge(mutated(&a, in), &a, &read);
		readable += read;
	}
	ok(wrong == 0, "%s: of %d spoilt documents %zu could be read, and these could be written again", name, ROUNDS, readable);
}

int
main(void)
{
	HB_SCOPED_ARENA a;
	struct hb_bytes json = { 0 }, xml = { 0 }, transcript = { 0 };
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	struct record_class *cls = book_lower(&a, RECORD_CN, 2);
	ok(record_class_to_json(cls, &a, &json, NULL) == HB_OK && record_class_to_xml(cls, &a, &xml, NULL) == HB_OK &&
	    record_transcript_to_xml(book_transcript(&a, cls, 0), &a, &transcript, NULL) == HB_OK, "documents to spoil");
	rounds("class report", json, class_json);
	rounds("class book", xml, class_xml);
	rounds("transcript", transcript, transcript_xml);
	return tap_done();
}
