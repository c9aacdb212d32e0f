// The reference of bench_hashmaps: the maps of C++ doing what ours do, on the same arrays.
// Built with one of -DABSL, -DBOOST, -DTSL; each makes a library of its own.
#include <cstddef>
#include <cstdint>
#if defined(ABSL)
#include <absl/container/flat_hash_map.h>
using Map = absl::flat_hash_map<uint64_t, uint64_t>;
#elif defined(BOOST)
#include <boost/unordered/unordered_flat_map.hpp>
using Map = boost::unordered_flat_map<uint64_t, uint64_t>;
#else
#include <tsl/robin_map.h>
using Map = tsl::robin_map<uint64_t, uint64_t>;
#endif

static void one_get(Map &map, uint64_t key, uint64_t *value, uint8_t *found) {
  auto at = map.find(key);
  *found = at != map.end();
  if (*found) *value = at->second;
}

extern "C" {
void *map_new() { return new Map(); }
void map_free(void *map) { delete static_cast<Map *>(map); }
uint64_t map_size(void *map) { return static_cast<Map *>(map)->size(); }
double map_bytes(void *held) {
  Map &map = *static_cast<Map *>(held);
  double each = sizeof(Map::value_type) + 1.0;
#if !defined(ABSL) && !defined(BOOST)
  each = 24.0;  // the pair and its distance from home, padded to the pair's alignment
#endif
  return map.bucket_count() * each;
}
void map_put(void *held, const uint64_t *keys, const uint64_t *values, uint8_t *is_new, int64_t n) {
  Map &map = *static_cast<Map *>(held);
  for (int64_t i = 0; i < n; i++) {
    auto [at, fresh] = map.try_emplace(keys[i], values[i]);
#if !defined(ABSL) && !defined(BOOST)
    if (!fresh) at.value() = values[i];
#else
    if (!fresh) at->second = values[i];
#endif
    is_new[i] = fresh;
  }
}
void map_get(void *held, const uint64_t *keys, uint64_t *values, uint8_t *found, int64_t n) {
  Map &map = *static_cast<Map *>(held);
  for (int64_t i = 0; i < n; i++) one_get(map, keys[i], values + i, found + i);
}
void map_delete(void *held, const uint64_t *keys, uint8_t *found, int64_t n) {
  Map &map = *static_cast<Map *>(held);
  for (int64_t i = 0; i < n; i++) found[i] = map.erase(keys[i]) > 0;
}
void map_mixed(void *held, const uint8_t *ops, const uint64_t *keys, uint64_t *values,
               uint8_t *found, int64_t n) {
  Map &map = *static_cast<Map *>(held);
  for (int64_t i = 0; i < n; i++) {
    if (ops[i] == 0) one_get(map, keys[i], values + i, found + i);
    else if (ops[i] == 1) map_put(held, keys + i, values + i, found + i, 1);
    else found[i] = map.erase(keys[i]) > 0;
  }
}
}
