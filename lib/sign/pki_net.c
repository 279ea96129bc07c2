/* Asking the services of a PKI over HTTP. */
#include "sign/pki_net.h"
#include "sign/pki_cache.h"
#include "sign/pki_int.h"

#include <curl/curl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { IDLE_MAX = 16, CONNECT_MS = 3000, TOTAL_MS = 10000, CACHE_S = 300 };

struct pki_net {
	char             *tsa_url, *ocsp_url;
	int               connect_ms, total_ms;
	pthread_mutex_t   lock;
	CURL             *idle[IDLE_MAX];       /* kept-alive connections */
	size_t            n_idle;
	struct pki_cache *cache;
};
struct call {
	const char     *url, *accept_type;  /* NULL type: GET */
	struct hb_bytes body;
	size_t          max;
	const char     *who;                /* "máy OCSP": for the person */
};

static void
curl_once(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

struct pki_net *
pki_net_new(const struct pki_net_config *cfg)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct pki_net *net = calloc(1, sizeof *net);

	pthread_once(&once, curl_once);
	if (net == NULL)
		return NULL;
	pthread_mutex_init(&net->lock, NULL);
	net->connect_ms = cfg->connect_ms > 0 ? cfg->connect_ms : CONNECT_MS;
	net->total_ms = cfg->total_ms > 0 ? cfg->total_ms : TOTAL_MS;
	net->tsa_url = cfg->tsa_url != NULL ? strdup(cfg->tsa_url) : NULL;
	net->ocsp_url = cfg->ocsp_url != NULL ? strdup(cfg->ocsp_url) : NULL;
	net->cache = pki_cache_new(cfg->cache_s > 0 ? cfg->cache_s : CACHE_S);
	if (net->cache == NULL || (cfg->tsa_url != NULL && net->tsa_url == NULL) ||
	    (cfg->ocsp_url != NULL && net->ocsp_url == NULL)) {
		pki_net_free(net);
		return NULL;
	}
	return net;
}

void
pki_net_free(struct pki_net *net)
{
	if (net == NULL)
		return;
	for (size_t i = 0; i < net->n_idle; i++)
		curl_easy_cleanup(net->idle[i]);
	pki_cache_free(net->cache);
	pthread_mutex_destroy(&net->lock);
	free(net->tsa_url);
	free(net->ocsp_url);
	free(net);
}

/* --- one HTTP call --- */

static CURL *
borrow_handle(struct pki_net *net)
{
	CURL *curl = NULL;

	pthread_mutex_lock(&net->lock);
	if (net->n_idle > 0)
		curl = net->idle[--net->n_idle];
	pthread_mutex_unlock(&net->lock);
	return curl != NULL ? curl : curl_easy_init();
}

static void
return_handle(struct pki_net *net, CURL *curl)
{
	curl_easy_reset(curl);                 /* keeps the connection */
	pthread_mutex_lock(&net->lock);
	if (net->n_idle < IDLE_MAX) {
		net->idle[net->n_idle++] = curl;
		curl = NULL;
	}
	pthread_mutex_unlock(&net->lock);
	if (curl != NULL)
		curl_easy_cleanup(curl);
}

static size_t
take_bytes(char *p, size_t size, size_t n, void *arg)
{
	struct hb_buf *b = arg;

	hb_put(b, p, size * n);
	return hb_buf_ok(b) ? size * n : 0;
}

static void
set_options(struct pki_net *net, CURL *curl, const struct call *call, struct curl_slist *headers, struct hb_buf *out)
{
	curl_easy_setopt(curl, CURLOPT_URL, call->url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)net->connect_ms);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)net->total_ms);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, out);
	if (call->accept_type != NULL) {
		curl_easy_setopt(curl, CURLOPT_POST, 1L);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, (const char *)call->body.p);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)call->body.n);
	}
}

static enum hb_code
read_result(CURL *curl, CURLcode result, const struct call *call, struct hb_buf *out, struct hb_arena *a,
    struct hb_bytes *ret, struct hb_err *err)
{
	long status = 0;
	char *copy;

	if (result != CURLE_OK) {
		hb_fail(err, HB_E_UPSTREAM, "pki.imLang", "%s tại %s không trả lời (%s)", call->who, call->url,
		    curl_easy_strerror(result));
		return hb_hint(err, "Chữ ký đã có không mất; xin thử lại khi dịch vụ hoạt động.");
	}
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (status != 200 || out->len == 0) {
		hb_fail(err, HB_E_UPSTREAM, "pki.traLoiSai", "%s tại %s trả lời mã HTTP %ld", call->who, call->url, status);
		return hb_hint(err, "Chữ ký đã có không mất; xin thử lại sau.");
	}
	copy = hb_buf_take(out, a);
	if (copy == NULL)
		return hb_full(err);
	*ret = HB_BYTES(copy, out->len);
	return HB_OK;
}

static enum hb_code
http_ask(struct pki_net *net, const struct call *call, struct hb_arena *a, struct hb_bytes *ret, struct hb_err *err)
{
	CURL *curl = borrow_handle(net);
	struct curl_slist *headers = NULL;
	enum hb_code code;
	HB_SCOPED_BUF out;
	char type[96];

	if (curl == NULL)
		return hb_bug(err, "curl_easy_init failed");
	hb_buf_init(&out, call->max);
	if (call->accept_type != NULL) {
		snprintf(type, sizeof type, "Content-Type: %s", call->accept_type);
		headers = curl_slist_append(NULL, type);
		headers = curl_slist_append(headers, "Expect:");
	}
	set_options(net, curl, call, headers, &out);
	code = read_result(curl, curl_easy_perform(curl), call, &out, a, ret, err);
	curl_slist_free_all(headers);
	return_handle(net, curl);
	return code;
}

/* Ask, or take a recent answer. */
static enum hb_code
cached_ask(struct pki_net *net, const struct call *call, hb_time not_before, struct hb_arena *a, struct hb_bytes *ret,
    struct hb_err *err)
{
	struct hb_sha256 question;
	enum hb_code code;
	HB_SCOPED_BUF key;

	hb_buf_init(&key, HB_BUF_MAX);
	hb_puts(&key, call->url);
	hb_putc(&key, '\n');
	hb_put(&key, call->body.p, call->body.n);
	if (!hb_buf_ok(&key))
		return hb_full(err);
	question = hb_sha256(hb_buf_bytes(&key));
	if (pki_cache_get(net->cache, &question, not_before, a, ret))
		return HB_OK;
	code = http_ask(net, call, a, ret, err);
	if (code == HB_OK)
		pki_cache_put(net->cache, &question, *ret);
	return code;
}

/* --- addresses in certificates --- */

static const char *
http_uri(const GENERAL_NAME *name, struct hb_arena *a)
{
	const ASN1_STRING *uri;
	const char *p;
	size_t n;

	if (name->type != GEN_URI)
		return NULL;
	uri = name->d.uniformResourceIdentifier;
	p = (const char *)ASN1_STRING_get0_data(uri);
	n = (size_t)ASN1_STRING_length(uri);
	if (n < 8 || n > 1000 || memchr(p, 0, n) != NULL || (strncmp(p, "http://", 7) != 0 && strncmp(p, "https://", 8) != 0))
		return NULL;
	return hb_strndup(a, p, n);
}

static const char *
access_url(const struct pki_cert *c, int method, struct hb_arena *a)
{
	AUTHORITY_INFO_ACCESS *list = X509_get_ext_d2i(c->x509, NID_info_access, NULL, NULL);
	const char *url = NULL;

	for (int i = 0; url == NULL && i < sk_ACCESS_DESCRIPTION_num(list); i++) {
		ACCESS_DESCRIPTION *d = sk_ACCESS_DESCRIPTION_value(list, i);

		if (OBJ_obj2nid(d->method) == method)
			url = http_uri(d->location, a);
	}
	AUTHORITY_INFO_ACCESS_free(list);
	return url;
}

static const char *
crl_url(const struct pki_cert *c, struct hb_arena *a)
{
	CRL_DIST_POINTS *points = X509_get_ext_d2i(c->x509, NID_crl_distribution_points, NULL, NULL);
	const char *url = NULL;

	for (int i = 0; url == NULL && i < sk_DIST_POINT_num(points); i++) {
		DIST_POINT *p = sk_DIST_POINT_value(points, i);

		if (p->distpoint == NULL || p->distpoint->type != 0)
			continue;
		for (int k = 0; url == NULL && k < sk_GENERAL_NAME_num(p->distpoint->name.fullname); k++)
			url = http_uri(sk_GENERAL_NAME_value(p->distpoint->name.fullname, k), a);
	}
	CRL_DIST_POINTS_free(points);
	return url;
}

static enum hb_code
no_address(const struct pki_cert *c, const char *what, struct hb_err *err)
{
	(void)c;
	return hb_fail(err, HB_E_UPSTREAM, "pki.khongDiaChi", "chứng thư số không ghi địa chỉ %s và cấu hình cũng không có", what);
}

/* --- the services --- */

enum hb_code
pki_ocsp_fetch(struct pki_net *net, const struct pki_cert *c, const struct pki_cert *issuer, hb_time not_before,
    struct hb_arena *a, struct hb_bytes *ret_der, struct hb_err *err)
{
	struct call call = { .accept_type = "application/ocsp-request", .max = PKI_OCSP_MAX, .who = "máy OCSP" };
	enum hb_code code;

	call.url = net->ocsp_url != NULL ? net->ocsp_url : access_url(c, NID_ad_OCSP, a);
	if (call.url == NULL)
		return no_address(c, "OCSP", err);
	code = pki_ocsp_request(c, issuer, a, &call.body, err);
	return code == HB_OK ? cached_ask(net, &call, not_before, a, ret_der, err) : code;
}

enum hb_code
pki_crl_fetch(struct pki_net *net, const struct pki_cert *c, hb_time not_before, struct hb_arena *a, struct hb_bytes *ret_der,
    struct hb_err *err)
{
	struct call call = { .url = crl_url(c, a), .max = PKI_CRL_MAX, .who = "máy chủ danh sách thu hồi" };

	if (call.url == NULL)
		return no_address(c, "danh sách thu hồi", err);
	return cached_ask(net, &call, not_before, a, ret_der, err);
}

enum hb_code
pki_issuer_fetch(struct pki_net *net, const struct pki_cert *c, struct hb_arena *a, struct pki_cert **ret_issuer,
    struct hb_err *err)
{
	struct call call = { .url = access_url(c, NID_ad_ca_issuers, a), .max = PKI_DER_MAX, .who = "máy chủ chứng thư số" };
	struct pki_cert *issuer;
	struct hb_bytes der;
	enum hb_code code;

	if (call.url == NULL)
		return no_address(c, "chứng thư số của tổ chức cấp", err);
	code = cached_ask(net, &call, 0, a, &der, err);
	if (code == HB_OK && pki_cert_parse(der, a, &issuer, NULL) != HB_OK)
		code = hb_fail(err, HB_E_UPSTREAM, "pki.traLoiSai", "%s tại %s trả về dữ liệu không phải chứng thư số", call.who,
		    call.url);
	if (code == HB_OK)
		*ret_issuer = issuer;
	return code;
}

enum hb_code
pki_tsa_fetch(struct pki_net *net, const struct hb_sha256 *digest, bool with_certs, struct hb_arena *a, struct hb_bytes *ret_token,
    struct hb_err *err)
{
	struct call call = { .url = net->tsa_url, .accept_type = "application/timestamp-query", .max = PKI_TOKEN_MAX,
		.who = "máy cấp dấu thời gian" };
	struct hb_bytes response;
	enum hb_code code;
	uint64_t nonce;

	if (call.url == NULL)
		return hb_fail(err, HB_E_UPSTREAM, "pki.khongDiaChi", "chưa cấu hình địa chỉ máy cấp dấu thời gian");
	code = pki_tst_request(digest, with_certs, a, &call.body, &nonce, err);
	if (code == HB_OK)
		code = http_ask(net, &call, a, &response, err);
	return code == HB_OK ? pki_tst_of_response(response, digest, nonce, a, ret_token, err) : code;
}

enum hb_code
pki_tsa_certs(struct pki_net *net, struct hb_arena *a, struct pki_cert ***ret_certs, size_t *ret_n, struct hb_err *err)
{
	static const char question_text[] = "tsa certificates";
	struct hb_sha256 question = hb_sha256(HB_STR(question_text));
	struct hb_bytes token;
	enum hb_code code = HB_OK;

	if (!pki_cache_get(net->cache, &question, 0, a, &token)) {
		code = pki_tsa_fetch(net, &question, true, a, &token, err);
		if (code == HB_OK)
			pki_cache_put(net->cache, &question, token);
	}
	return code == HB_OK ? pki_tst_certs(token, a, ret_certs, ret_n, err) : code;
}
