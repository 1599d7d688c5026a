/** What connectors to the network share: where they may connect to, and the credential that they add and take out again. */
@NullMarked
package dev.writ.connect.net;

import org.jspecify.annotations.NullMarked;
