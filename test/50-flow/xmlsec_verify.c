/* xmlsec_verify ROOT.pem ISSUING.pem... -- FILE.xml...: verify every ds:Signature of each file with libxmlsec1, in one process.
 * The command line tool checks one signature a process (70 ms); a year of a school holds thousands.  Only keys from X509Data that
 * chain to ROOT count.  Prints `FILE id ok|FAILED` per signature; exit 1 when one failed or a file holds none. */
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <string.h>
#include <xmlsec/app.h>
#include <xmlsec/crypto.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>

static void
register_ids(xmlDocPtr doc, xmlNodePtr node)
{
	for (; node != NULL; node = node->next) {
		if (node->type != XML_ELEMENT_NODE)
			continue;
		xmlAttrPtr a = xmlHasProp(node, BAD_CAST "Id");
		if (a != NULL && a->children != NULL && xmlGetID(doc, a->children->content) == NULL)
			xmlAddID(NULL, doc, a->children->content, a);
		register_ids(doc, node->children);
	}
}

static bool
verify_one(xmlSecKeysMngrPtr keys, xmlNodePtr signature)
{
	xmlSecDSigCtxPtr ctx = xmlSecDSigCtxCreate(keys);
	if (ctx == NULL)
		return false;
	xmlSecPtrListAdd(&ctx->keyInfoReadCtx.enabledKeyData, BAD_CAST xmlSecKeyDataX509Id);
	ctx->enabledReferenceUris = xmlSecTransformUriTypeSameDocument;
	bool good = xmlSecDSigCtxVerify(ctx, signature) == 0 && ctx->status == xmlSecDSigStatusSucceeded;
	xmlSecDSigCtxDestroy(ctx);
	return good;
}

static void
verify_all(xmlSecKeysMngrPtr keys, const char *path, xmlNodePtr node, int *count, int *failed)
{
	for (; node != NULL; node = node->next) {
		if (node->type != XML_ELEMENT_NODE)
			continue;
		if (xmlSecCheckNodeName(node, xmlSecNodeSignature, xmlSecDSigNs)) {
			xmlChar *id = xmlGetProp(node, BAD_CAST "Id");
			bool good = verify_one(keys, node);
			printf("%s %s %s\n", path, id == NULL ? "-" : (char *)id, good ? "ok" : "FAILED");
			xmlFree(id);
			(*count)++;
			*failed += !good;
		} else {
			verify_all(keys, path, node->children, count, failed);
		}
	}
}

int
main(int argc, char **argv)
{
	int failed = 0, i = 1;
	xmlInitParser();
	if (argc < 4 || xmlSecInit() < 0 || xmlSecCryptoAppInit(NULL) < 0 || xmlSecCryptoInit() < 0)
		return 2;
	xmlSecKeysMngrPtr keys = xmlSecKeysMngrCreate();
	if (keys == NULL || xmlSecCryptoAppDefaultKeysMngrInit(keys) < 0)
		return 2;
	for (; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (xmlSecCryptoAppKeysMngrCertLoad(keys, argv[i], xmlSecKeyDataFormatPem,
		    i == 1 ? xmlSecKeyDataTypeTrusted : xmlSecKeyDataTypeNone) < 0)
			return 2;
	for (i++; i < argc; i++) {
		int count = 0;
		xmlDocPtr doc = xmlReadFile(argv[i], NULL, XML_PARSE_NONET);
		if (doc != NULL) {
			register_ids(doc, xmlDocGetRootElement(doc));
			verify_all(keys, argv[i], xmlDocGetRootElement(doc), &count, &failed);
			xmlFreeDoc(doc);
		}
		if (count == 0) {
			printf("%s - FAILED\n", argv[i]);
			failed++;
		}
	}
	xmlSecKeysMngrDestroy(keys);
	xmlSecCryptoShutdown();
	xmlSecCryptoAppShutdown();
	xmlSecShutdown();
	xmlCleanupParser();
	return failed == 0 ? 0 : 1;
}
