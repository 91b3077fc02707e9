#define _GNU_SOURCE
#include "CKeepframePostgres.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>

#include "libpq.h"

static libpq api;
static bool is_loaded;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static bool load(const char *name, libpq *into, char *problem) {
  void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    const char *reason = dlerror();
    snprintf(problem, ckeepframe_postgres_problem_size, "%s", reason ? reason : name);
    return false;
  }
  libpq found;
  const char *absent = NULL;
#define LIBPQ_LOAD(result, function, parameters) \
  if (!(*(void **)&found.function = dlsym(handle, #function))) absent = #function;
  LIBPQ_FUNCTIONS(LIBPQ_LOAD)
  if (absent) {
    snprintf(problem, ckeepframe_postgres_problem_size, "%s has no %s", name, absent);
    dlclose(handle);
    return false;
  }
  *into = found;
  return true;
}

bool ckeepframe_postgres_load(const char *name, char *problem) {
  problem[0] = 0;
  pthread_mutex_lock(&lock);
  if (!is_loaded) is_loaded = load(name, &api, problem);
  bool result = is_loaded;
  pthread_mutex_unlock(&lock);
  return result;
}

bool ckeepframe_postgres_try(const char *name, char *problem) {
  libpq functions;
  problem[0] = 0;
  return load(name, &functions, problem);
}

bool ckeepframe_postgres_can_read(const char *address) {
  char *message = NULL;
  PQconninfoOption *options = api.PQconninfoParse(address, &message);
  if (message) api.PQfreemem(message);
  if (options) api.PQconninfoFree(options);
  return options != NULL;
}

static void pass_over(void *context, const char *notice) {
  (void)context;
  (void)notice;
}

ckeepframe_postgres_connection *ckeepframe_postgres_connect(const char *address, const char *seconds) {
  // Of what is said twice the last counts: the address over our time, our encoding over the address.
  const char *names[] = {"connect_timeout", "application_name", "dbname", "client_encoding", NULL};
  const char *values[] = {seconds, "keepframe", address, "UTF8", NULL};
  PGconn *connection = api.PQconnectdbParams(names, values, 1);
  if (!connection) return NULL;
  api.PQsetNoticeProcessor(connection, pass_over, NULL);
  return connection;
}

bool ckeepframe_postgres_is_open(const ckeepframe_postgres_connection *connection) {
  return api.PQstatus(connection) == connection_ok;
}

const char *ckeepframe_postgres_problem(const ckeepframe_postgres_connection *connection) {
  return api.PQerrorMessage(connection);
}

const char *ckeepframe_postgres_host(const ckeepframe_postgres_connection *connection) { return api.PQhost(connection); }
const char *ckeepframe_postgres_port(const ckeepframe_postgres_connection *connection) { return api.PQport(connection); }
const char *ckeepframe_postgres_database(const ckeepframe_postgres_connection *connection) { return api.PQdb(connection); }

void ckeepframe_postgres_close(ckeepframe_postgres_connection *connection) {
  api.PQfinish(connection);
}

bool ckeepframe_postgres_send(
  ckeepframe_postgres_connection *connection, const char *command, int value_count, const char *const *values) {
  return api.PQsendQueryParams(connection, command, value_count, NULL, values, NULL, NULL, 1) == 1;
}

int ckeepframe_postgres_wait(ckeepframe_postgres_connection *connection, int milliseconds) {
  if (!api.PQisBusy(connection)) return 1;
  struct pollfd place = {.fd = api.PQsocket(connection), .events = POLLIN};
  if (place.fd < 0) return -1;
  int count = poll(&place, 1, milliseconds);
  if (count < 0) return errno == EINTR ? 0 : -1;
  if (count == 0) return 0;
  if (!api.PQconsumeInput(connection)) return -1;
  return api.PQisBusy(connection) ? 0 : 1;
}

void ckeepframe_postgres_cancel(ckeepframe_postgres_connection *connection) {
  PGcancel *cancel = api.PQgetCancel(connection);
  if (!cancel) return;
  char message[256];
  api.PQcancel(cancel, message, sizeof message);
  api.PQfreeCancel(cancel);
}

ckeepframe_postgres_result *ckeepframe_postgres_take(ckeepframe_postgres_connection *connection) {
  PGresult *first = api.PQgetResult(connection);
  // A failure after rows comes as another result.
  for (PGresult *next; first && (next = api.PQgetResult(connection));) {
    api.PQclear(first);
    first = next;
  }
  return first;
}

bool ckeepframe_postgres_is_done(const ckeepframe_postgres_result *result) {
  int status = api.PQresultStatus(result);
  return status == command_ok || status == tuples_ok;
}

const char *ckeepframe_postgres_state(const ckeepframe_postgres_result *result) {
  return api.PQresultErrorField(result, sqlstate_field);
}

const char *ckeepframe_postgres_message(const ckeepframe_postgres_result *result) {
  return api.PQresultErrorField(result, message_field);
}

int ckeepframe_postgres_rows(const ckeepframe_postgres_result *result) { return api.PQntuples(result); }
int ckeepframe_postgres_columns(const ckeepframe_postgres_result *result) { return api.PQnfields(result); }

const uint8_t *ckeepframe_postgres_value(const ckeepframe_postgres_result *result, int row, int column, size_t *size) {
  if (api.PQgetisnull(result, row, column)) return NULL;
  *size = (size_t)api.PQgetlength(result, row, column);
  return (const uint8_t *)api.PQgetvalue(result, row, column);
}

void ckeepframe_postgres_free(ckeepframe_postgres_result *result) {
  api.PQclear(result);
}
