/* demo/play/play.h - `hocba demo`: the whole main job without a person, over the same routes as the pages.
 *
 * DATA holds the systems' folders, the test PKI and one token a signer; OUT gets what strangers may have: the issued records, the
 * sealed class files and the certificates.  The parent process starts the systems as children, acts for every role by HTTP with that
 * role's session, and signs through hocba-sign with that person's token.  Finished steps stand in DATA/demo/journal: a second call
 * continues after them.  Ownership: struct play owns everything; strings live in its arena.  One thread. */
#ifndef DEMO_PLAY_PLAY_H
#define DEMO_PLAY_PLAY_H
#include <jansson.h>

#include "base/codec.h"
#include "http/client.h"
#include "demo/pki/testpki.h"
#include "process.h"

enum play_system { PLAY_SCHOOL, PLAY_SECTOR, PLAY_GRADEBOOK, PLAY_TRANSCRIPT, PLAY_CITY, PLAY_MINISTRY, PLAY_SYSTEM__MAX };
#define PLAY_PASSWORD "Hoc-ba-so-2026!"       /* of every demo account: such data is served under profile demo only */
#define PLAY_PIN "135790"                     /* of every demo token */
#define PLAY_REPLY_MAX ((size_t)128 << 20)

struct play_account {                         /* someone who logs in */
	struct play_account *next;
	enum play_system system;              /* which keeps the account */
	const char *unit, *school;            /* unit's id; school's code, NULL for offices */
	const char *login, *secret;           /* secret: second factor, base32, or NULL */
	const char *token;                    /* session, NULL before log-in */
};
struct play_signer {                          /* someone with a token: a person, or a school's seal */
	struct play_signer *next;
	const char *owner;                    /* person's id, or the school's for the seal */
	const char *code;                     /* mã giáo viên, or the school's code */
	const char *school, *name, *dir;      /* school: its code */
	struct hb_bytes cert;                 /* DER */
};
struct play_school {
	json_t     *info;                     /* of schools.json */
	const char *id, *code, *folder, *name;
	json_t     *staff, *classes;          /* as the school system lists them; NULL before */
};

struct play {
	struct hb_arena      a;               /* of the whole play */
	const char          *data, *out, *files, *agent;
	struct process       children[PLAY_SYSTEM__MAX];
	const char          *sockets[PLAY_SYSTEM__MAX];
	struct testpki      *pki;
	struct testpki_server *services;
	json_t              *plan;            /* schools.json */
	struct play_school   schools[4];
	size_t               n_schools;
	struct play_account *accounts;
	struct play_signer  *signers;
	const char          *year;
	json_t              *journal;         /* set of finished steps */
	int64_t              started_us;
	long                 signatures;
};
extern const char *const play_system_names[PLAY_SYSTEM__MAX];
extern const char *const play_founder_secret;  /* second factor of founders and officers */

/* --- play.c --- */
char *play_path(struct play *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));      /* below DATA */
void  play_say(struct play *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));       /* one line, with the time */
/* --- journal.c --- */
enum hb_code journal_open(struct play *p, struct hb_err *err);
bool         journal_has(const struct play *p, const char *step);
enum hb_code journal_done(struct play *p, const char *step, struct hb_err *err);
const char  *journal_get(const struct play *p, const char *key);                    /* a remembered text, or NULL */
enum hb_code journal_put(struct play *p, const char *key, const char *value, struct hb_err *err);
/* --- call.c: one request as someone --- */
struct play_call {
	enum play_system system;
	const struct play_account *who;       /* NULL: the public */
	const char *method, *path, *content_type;   /* content_type NULL: JSON */
	json_t     *json;                     /* body, reference taken; or */
	struct hb_bytes body;
};
/* HB_OK for 2xx; *ret_json is a new reference (NULL when the reply is no JSON); either return may be NULL. */
enum hb_code play_call(struct play *p, const struct play_call *c, json_t **ret_json, struct hb_bytes *ret_body, struct hb_err *err);
enum hb_code play_get(struct play *p, enum play_system s, const struct play_account *who, json_t **ret, struct hb_err *err,
    const char *fmt, ...) __attribute__((format(printf, 6, 7)));
enum hb_code play_post(struct play *p, enum play_system s, const struct play_account *who, json_t *body, json_t **ret,
    struct hb_err *err, const char *fmt, ...) __attribute__((format(printf, 7, 8)));
/* A file as the body; the kind is told by its ending. */
enum hb_code play_upload(struct play *p, enum play_system s, const struct play_account *who, const char *file, json_t **ret,
    struct hb_err *err, const char *fmt, ...) __attribute__((format(printf, 7, 8)));
const char *play_str(const json_t *o, const char *member);                          /* "" when absent */
/* --- world.c: data folders, keys, directory, processes --- */
enum hb_code world_make(struct play *p, struct hb_err *err);
enum hb_code world_start(struct play *p, struct hb_err *err);
void         world_stop(struct play *p);
enum hb_code world_clock(struct play *p, const char *date, struct hb_err *err);     /* the business date */
/* --- people.c: accounts and tokens --- */
struct play_account *people_find(struct play *p, const char *unit, const char *login);
/* The account of whoever holds a position (HT, HV, VT, QTV): the first one. */
struct play_account *people_of(struct play *p, const struct play_school *s, const char *position);
const char  *people_code(const struct play_school *s, const char *person);           /* mã giáo viên, or "" */
enum hb_code people_add(struct play *p, enum play_system system, const char *unit, const char *school, const char *login, const char *secret,
    struct hb_err *err);
enum hb_code people_founders(struct play *p, struct play_school *s, struct hb_err *err);
enum hb_code people_enter(struct play *p, struct play_account *who, struct hb_err *err);
enum hb_code people_make(struct play *p, struct play_school *s, struct hb_err *err);
enum hb_code people_load(struct play *p, struct play_school *s, struct hb_err *err);
/* --- tokens.c --- */
enum hb_code tokens_make(struct play *p, struct play_school *s, struct hb_err *err);
struct play_signer *tokens_find(struct play *p, const char *code);
enum hb_code tokens_foreign(struct play *p, const json_t *event, struct hb_err *err);       /* of the school a pupil came from */
/* --- extract.c: a signed extract as another province's software makes it --- */
enum hb_code extract_make(struct play *p, const json_t *event, struct hb_arena *a, struct hb_bytes *ret_file, struct hb_err *err);
/* --- sign.c: a signing room of a system, one person, one PIN --- */
/* room: PLAY_GRADEBOOK or PLAY_TRANSCRIPT, whose rooms have the same routes. */
enum hb_code sign_register(struct play *p, struct play_school *s, enum play_system room, struct hb_err *err);
/* The agent alone: values for a packet; *ret_answer is a new reference. */
enum hb_code sign_packet(struct play *p, struct play_signer *with, const json_t *packet, json_t **ret_answer, struct hb_err *err);
enum hb_code sign_all(struct play *p, enum play_system room, const struct play_account *who, struct play_signer *with,
    json_t *filter, long *ret_signed, struct hb_err *err);
/* --- the acts, in order; each may be called again --- */
enum hb_code act_open(struct play *p, struct play_school *s, struct hb_err *err);          /* August: lists, duties, accounts, tokens */
enum hb_code act_summer(struct play *p, struct play_school *s, struct hb_err *err);        /* late pupils, third class file */
size_t       act_summer_classes(struct play *p, const struct play_school *s);
enum hb_code act_next_year(struct play *p, struct play_school *s, struct hb_err *err);     /* roll over, new lists */
enum hb_code act_school_year(struct play *p, struct play_school *s, struct hb_err *err);
/* want: how many class files of the period the sector has been sent. */
enum hb_code act_gradebooks(struct play *p, struct play_school *s, const char *period, size_t want, struct hb_err *err);
enum hb_code act_codes(struct play *p, struct play_school *s, struct hb_err *err);
enum hb_code act_transcripts(struct play *p, struct play_school *s, const char *period, size_t want, struct hb_err *err);
/* round: "main" (before 30/6) or "late" (before 15/8), closed on `date`. */
enum hb_code act_city(struct play *p, const char *round, const char *date, struct hb_err *err);
enum hb_code act_export(struct play *p, size_t *ret_records, struct hb_err *err);
#endif
