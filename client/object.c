/* SPDX-License-Identifier: MIT */
#include "client/object.h"

#include <string.h>

#define ALIGNMENT 16
/* An object that needs more than this gets further chunks; a server needs about 2 KiB. */
#define CHUNK_SIZE 16384
/* Longer texts are seldom shared, and would keep the pool big. */
#define SHARED_MAX 80

typedef struct {
	gatomicrefcount refs;
	uint32_t raw_len;
	uint64_t hash; /* of raw */
	const char *raw;
	EcsPool *pool; /* or NULL */
} Header;

G_STATIC_ASSERT(sizeof(Header) % ALIGNMENT == 0);

typedef struct {
	char *data;
	size_t used;
	size_t size;
} Chunk;

struct EcsPool {
	gatomicrefcount refs;
	GStringChunk *strings;
};

struct EcsBuilder {
	EcsPool *pool;
	GArray *chunks; /* Chunk; the first starts with the header */
	GArray *slots;	/* void **, addresses in chunks of pointers into chunks */
};

EcsPool *ecs_pool_new(void)
{
	EcsPool *pool = g_new0(EcsPool, 1);
	g_atomic_ref_count_init(&pool->refs);
	pool->strings = g_string_chunk_new(2048);
	return pool;
}

static EcsPool *pool_ref(EcsPool *pool)
{
	if (pool)
		g_atomic_ref_count_inc(&pool->refs);
	return pool;
}

void ecs_pool_unref(EcsPool *pool)
{
	if (!pool || !g_atomic_ref_count_dec(&pool->refs))
		return;
	g_string_chunk_free(pool->strings);
	g_free(pool);
}

static void chunk_clear(void *data)
{
	Chunk *chunk = data;
	g_free(chunk->data);
}

EcsBuilder *ecs_builder_new(EcsPool *pool)
{
	EcsBuilder *builder = g_new0(EcsBuilder, 1);
	builder->pool = pool_ref(pool);
	builder->chunks = g_array_new(FALSE, FALSE, sizeof(Chunk));
	g_array_set_clear_func(builder->chunks, chunk_clear);
	builder->slots = g_array_new(FALSE, FALSE, sizeof(void **));
	return builder;
}

void ecs_builder_free(EcsBuilder *builder)
{
	if (!builder)
		return;
	g_array_unref(builder->chunks);
	g_array_unref(builder->slots);
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
	Chunk fresh = { .used = size, .size = MAX(size, CHUNK_SIZE) };
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
		*slot = g_string_chunk_insert_const(builder->pool->strings, text);
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

/* FNV-1a: cheap, and a collision costs only a memcmp. */
static uint64_t hash_bytes(const char *bytes, size_t len)
{
	uint64_t hash = 14695981039346656037u;
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * 1099511628211u;
	return hash;
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

void *ecs_builder_finish(EcsBuilder *builder, const char *raw)
{
	size_t total = 0;
	for (unsigned i = 0; i < builder->chunks->len; i++)
		total += align_up(g_array_index(builder->chunks, Chunk, i).used);
	size_t raw_len = strlen(raw);
	char *block = g_malloc(total + raw_len + 1);
	char *to = block;
	for (unsigned i = 0; i < builder->chunks->len; i++) {
		const Chunk *chunk = &g_array_index(builder->chunks, Chunk, i);
		memcpy(to, chunk->data, chunk->used);
		to += align_up(chunk->used);
	}
	memcpy(to, raw, raw_len + 1);
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
	header->raw = to;
	header->raw_len = (uint32_t)raw_len;
	header->hash = hash_bytes(raw, raw_len);
	header->pool = pool_ref(builder->pool);
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

void ecs_object_json(const void *object, GString *out)
{
	const Header *header = header_of(object);
	g_string_append_len(out, header->raw, header->raw_len);
}

bool ecs_object_same(const void *a, const void *b)
{
	const Header *x = header_of(a), *y = header_of(b);
	return x == y || (x->hash == y->hash && x->raw_len == y->raw_len &&
			  memcmp(x->raw, y->raw, x->raw_len) == 0);
}
