/** Calls that wait for people: what they ask, who may answer, and what was answered. Executes nothing. */
@NullMarked
package dev.writ.gateway.approval;

import org.jspecify.annotations.NullMarked;
