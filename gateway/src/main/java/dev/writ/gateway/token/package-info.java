/** Access tokens of others: read, checked against their issuer's keys, and never kept, logged or passed on. */
@NullMarked
package dev.writ.gateway.token;

import org.jspecify.annotations.NullMarked;
