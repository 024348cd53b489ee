/* SPDX-License-Identifier: MIT */
#include "client/object.h"

#include <string.h>

#include "client/pack.h"

#define ALIGNMENT 16
/* An object that needs more than this gets further chunks; a server needs about 2 KiB. */
#define CHUNK_SIZE 16384
/* Longer texts are seldom shared, and would keep the pool big. */
#define SHARED_MAX 80
/* A pool is used for the next list too, until it has grown to twice what the first one needed and
 * this: then most of it is of objects that are gone. */
#define WORN_LEAST 65536 /* bytes */
#define KNOWN_COST 32	 /* of a string in the hash table, bytes */

typedef struct {
	gatomicrefcount refs;
	uint32_t raw_len;    /* of the document */
	uint32_t packed_len; /* 0: it is not packed */
	uint32_t at;	     /* where it is, from here on */
	EcsPool *pool;	     /* or NULL */
} __attribute__((aligned(ALIGNMENT))) Header;

typedef struct {
	char *data;
	size_t used;
	size_t size;
} Chunk;

struct EcsPool {
	gatomicrefcount refs;
	GMutex lock;
	/* Under the lock: */
	GStringChunk *strings;
	GHashTable *known; /* strings in there */
	size_t bytes;	   /* what they take, about */
	size_t settled;	   /* the same after the first list; 0: not yet */
	/* The first document, what the others are packed with; NULL: none yet. Once it is there it
	 * stays, and is looked at without the lock. */
	char *model;
	size_t model_len;
};

struct EcsBuilder {
	EcsPool *pool;
	GArray *chunks;	   /* Chunk; the first starts with the header */
	GArray *slots;	   /* void **, addresses in chunks of pointers into chunks */
	EcsPacker *packer; /* NULL: not needed yet */
	GByteArray *packed;
};

EcsPool *ecs_pool_new(void)
{
	EcsPool *pool = g_new0(EcsPool, 1);
	g_atomic_ref_count_init(&pool->refs);
	g_mutex_init(&pool->lock);
	pool->strings = g_string_chunk_new(2048);
	pool->known = g_hash_table_new(g_str_hash, g_str_equal);
	return pool;
}

EcsPool *ecs_pool_ref(EcsPool *pool)
{
	if (pool)
		g_atomic_ref_count_inc(&pool->refs);
	return pool;
}

void ecs_pool_unref(EcsPool *pool)
{
	if (!pool || !g_atomic_ref_count_dec(&pool->refs))
		return;
	g_hash_table_unref(pool->known);
	g_string_chunk_free(pool->strings);
	g_free(pool->model);
	g_mutex_clear(&pool->lock);
	g_free(pool);
}

void ecs_pool_settle(EcsPool *pool)
{
	if (!pool->settled)
		pool->settled = pool->bytes;
}

bool ecs_pool_worn(const EcsPool *pool)
{
	return pool->bytes > 2 * pool->settled + WORN_LEAST;
}

/* Returns: the pool's copy of @text. */
static const char *pool_string(EcsPool *pool, const char *text, size_t len)
{
	g_mutex_lock(&pool->lock);
	char *known = g_hash_table_lookup(pool->known, text);
	if (!known) {
		known = g_string_chunk_insert_len(pool->strings, text, (gssize)len);
		g_hash_table_add(pool->known, known);
		pool->bytes += len + KNOWN_COST;
	}
	g_mutex_unlock(&pool->lock);
	return known;
}

static void chunk_clear(void *data)
{
	Chunk *chunk = data;
	g_free(chunk->data);
}

EcsBuilder *ecs_builder_new(EcsPool *pool)
{
	EcsBuilder *builder = g_new0(EcsBuilder, 1);
	builder->pool = ecs_pool_ref(pool);
	builder->chunks = g_array_new(FALSE, FALSE, sizeof(Chunk));
	g_array_set_clear_func(builder->chunks, chunk_clear);
	builder->slots = g_array_new(FALSE, FALSE, sizeof(void **));
	builder->packed = g_byte_array_new();
	return builder;
}

void ecs_builder_free(EcsBuilder *builder)
{
	if (!builder)
		return;
	g_array_unref(builder->chunks);
	g_array_unref(builder->slots);
	g_byte_array_unref(builder->packed);
	ecs_packer_free(builder->packer);
	ecs_pool_unref(builder->pool);
	g_free(builder);
}

static size_t align_up(size_t n)
{
	return (n + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

/* Chunks never move, so that addresses handed out stay good until the object is finished. */
static void *take(EcsBuilder *builder, size_t size, size_t align)
{
	if (builder->chunks->len) {
		Chunk *last = &g_array_index(builder->chunks, Chunk, builder->chunks->len - 1);
		size_t at = (last->used + align - 1) & ~(align - 1);
		if (at + size <= last->size) {
			last->used = at + size;
			return last->data + at;
		}
	}
	/* Each as large as all before it: moved() looks through them. */
	size_t least = CHUNK_SIZE << MIN(builder->chunks->len, 16);
	Chunk fresh = { .used = size, .size = MAX(size, least) };
	fresh.data = g_malloc(fresh.size);
	g_array_append_val(builder->chunks, fresh);
	return fresh.data;
}

void *ecs_builder_begin(EcsBuilder *builder, size_t size)
{
	if (builder->chunks->len > 1)
		g_array_set_size(builder->chunks, 1);
	if (builder->chunks->len)
		g_array_index(builder->chunks, Chunk, 0).used = 0;
	g_array_set_size(builder->slots, 0);
	char *block = take(builder, sizeof(Header) + size, ALIGNMENT);
	memset(block, 0, sizeof(Header) + size);
	return block + sizeof(Header);
}

static void remember(EcsBuilder *builder, void *slot)
{
	void **address = slot;
	g_array_append_val(builder->slots, address);
}

void ecs_builder_string(EcsBuilder *builder, const char **slot, const char *text, size_t len)
{
	len = text ? strnlen(text, len) : 0;
	if (!len) {
		*slot = "";
		return;
	}
	char *copy = take(builder, len + 1, 1);
	memcpy(copy, text, len);
	copy[len] = '\0';
	*slot = copy;
	remember(builder, slot);
}

void ecs_builder_shared(EcsBuilder *builder, const char **slot, const char *text)
{
	size_t len = text ? strlen(text) : 0;
	if (!len)
		*slot = "";
	else if (builder->pool && len <= SHARED_MAX)
		*slot = pool_string(builder->pool, text, len);
	else
		ecs_builder_string(builder, slot, text, len);
}

void *ecs_builder_array(EcsBuilder *builder, void *slot, size_t n, size_t size)
{
	void **address = slot;
	*address = NULL;
	if (!n)
		return NULL;
	void *elements = take(builder, n * size, ALIGNMENT);
	memset(elements, 0, n * size);
	*address = elements;
	remember(builder, slot);
	return elements;
}

/* Stable, so that of equal keys the one that came last stays last. */
static int by_key(const void *a, const void *b, void *data)
{
	return strcmp(((const EcsPair *)a)->key, ((const EcsPair *)b)->key);
}

void ecs_builder_pairs(EcsBuilder *builder, EcsPairs *out, EcsPair *v, size_t n)
{
	g_qsort_with_data(v, (int)n, sizeof(EcsPair), by_key, NULL);
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		if (kept && strcmp(v[kept - 1].key, v[i].key) == 0)
			kept--;
		v[kept++] = v[i];
	}
	EcsPair *pairs = ecs_builder_array(builder, &out->v, kept, sizeof(EcsPair));
	out->n = kept;
	for (size_t i = 0; i < kept; i++) {
		ecs_builder_shared(builder, &pairs[i].key, v[i].key);
		ecs_builder_shared(builder, &pairs[i].value, v[i].value);
	}
}

/* Returns: where the byte at @old in the chunks lies in @block; NULL if it is in none. */
static char *moved(const EcsBuilder *builder, const char *old, char *block)
{
	for (unsigned i = 0; i < builder->chunks->len; i++) {
		const Chunk *chunk = &g_array_index(builder->chunks, Chunk, i);
		if (old >= chunk->data && old < chunk->data + chunk->used)
			return block + (old - chunk->data);
		block += align_up(chunk->used);
	}
	return NULL;
}

/* Returns: bytes of builder->packed that the document takes; 0: it does not become smaller. */
static size_t pack(EcsBuilder *builder, const char *raw, size_t len)
{
	EcsPool *pool = builder->pool;

	if (!pool)
		return 0;
	if (!builder->packer) {
		g_mutex_lock(&pool->lock);
		if (!pool->model) {
			pool->model_len = MIN(len, ECS_PACK_MODEL_MAX);
			pool->model = g_memdup2(raw, MAX(pool->model_len, 1));
		}
		g_mutex_unlock(&pool->lock);
		builder->packer = ecs_packer_new(pool->model, pool->model_len);
	}
	g_byte_array_set_size(builder->packed, (unsigned)len);
	return ecs_packer_pack(builder->packer, raw, len, (char *)builder->packed->data);
}

void *ecs_builder_finish(EcsBuilder *builder, const char *raw)
{
	size_t total = 0;
	for (unsigned i = 0; i < builder->chunks->len; i++)
		total += align_up(g_array_index(builder->chunks, Chunk, i).used);
	size_t raw_len = strlen(raw);
	size_t packed_len = pack(builder, raw, raw_len);
	size_t len = packed_len ? packed_len : raw_len;
	char *block = g_malloc(total + len);
	char *to = block;
	for (unsigned i = 0; i < builder->chunks->len; i++) {
		const Chunk *chunk = &g_array_index(builder->chunks, Chunk, i);
		memcpy(to, chunk->data, chunk->used);
		to += align_up(chunk->used);
	}
	memcpy(to, packed_len ? (const char *)builder->packed->data : raw, len);
	for (unsigned i = 0; i < builder->slots->len; i++) {
		char **slot = g_array_index(builder->slots, char **, i);
		char **copy = (char **)(void *)moved(builder, (char *)slot, block);
		/* A slot that was set twice may now hold "" or a string of the pool. */
		char *target = moved(builder, *slot, block);
		if (target)
			*copy = target;
	}
	Header *header = (Header *)(void *)block;
	g_atomic_ref_count_init(&header->refs);
	header->at = (uint32_t)total;
	header->raw_len = (uint32_t)raw_len;
	header->packed_len = (uint32_t)packed_len;
	header->pool = ecs_pool_ref(builder->pool);
	return block + sizeof(Header);
}

static Header *header_of(const void *object)
{
	return (Header *)(void *)((char *)(void *)(uintptr_t)object - sizeof(Header));
}

void *ecs_object_ref(void *object)
{
	g_atomic_ref_count_inc(&header_of(object)->refs);
	return object;
}

void ecs_object_unref(void *object)
{
	if (!object)
		return;
	Header *header = header_of(object);
	if (!g_atomic_ref_count_dec(&header->refs))
		return;
	ecs_pool_unref(header->pool);
	g_free(header);
}

static const char *document(const Header *header)
{
	return (const char *)header + header->at;
}

void ecs_object_json(const void *object, GString *out)
{
	const Header *header = header_of(object);
	size_t len = out->len;

	if (!header->packed_len) {
		g_string_append_len(out, document(header), header->raw_len);
		return;
	}
	g_string_set_size(out, len + header->raw_len);
	ecs_unpack(header->pool->model, header->pool->model_len, document(header), out->str + len,
		   header->raw_len);
}

bool ecs_object_same(const void *a, const void *b)
{
	const Header *x = header_of(a), *y = header_of(b);

	if (x == y || x->raw_len != y->raw_len)
		return x == y;
	if (x->packed_len && y->packed_len && x->pool == y->pool)
		return x->packed_len == y->packed_len &&
		       memcmp(document(x), document(y), x->packed_len) == 0;
	g_autoptr(GString) left = g_string_new(NULL);
	g_autoptr(GString) right = g_string_new(NULL);
	ecs_object_json(a, left);
	ecs_object_json(b, right);
	return g_string_equal(left, right);
}
