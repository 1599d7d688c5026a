package dev.writ.audit.postgres;

import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a PostgreSQL database is and how to log in.
 *
 * @param sslRootCertificate PEM file of the authority that signs the server's certificate; without it, the platform's
 * @see <a href="https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS">Connection URIs</a>
 */
public record DatabaseUrl(
        String host,
        int port,
        String database,
        String user,
        String password,
        SslMode sslMode,
        Optional<Path> sslRootCertificate) {

    private static final int DEFAULT_PORT = 5432;

    /** As libpq names them. */
    public enum SslMode {
        DISABLE,
        PREFER,
        REQUIRE,
        VERIFY_CA,
        VERIFY_FULL;

        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private static SslMode parse(String text) {
            for (SslMode mode : values()) {
                if (mode.text().equals(text)) {
                    return mode;
                }
            }
            throw new IllegalArgumentException(
                    "a database URL's sslmode is one of disable, prefer, require, verify-ca, verify-full");
        }
    }

    public DatabaseUrl {
        if (host.isEmpty() || database.isEmpty() || user.isEmpty()) {
            throw new IllegalArgumentException("a database URL names host, database and user");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a database URL's port is between 1 and 65535");
        }
    }

    /**
     * Reads {@code postgresql://user:password@host:port/database?sslmode=...&sslrootcert=...}; {@code postgres://} is the same.
     *
     * @throws IllegalArgumentException if it is none; the message never repeats the text, which holds a password
     */
    public static DatabaseUrl parse(String text) {
        URI uri = uri(text);
        String scheme = uri.getScheme();
        String userInfo = uri.getRawUserInfo();
        if (!("postgresql".equals(scheme) || "postgres".equals(scheme)) || uri.getHost() == null || userInfo == null) {
            throw malformed();
        }
        int colon = userInfo.indexOf(':');
        if (colon < 0) {
            throw malformed();
        }
        Map<String, String> parameters = parameters(uri.getRawQuery());
        String sslMode = Optional.ofNullable(parameters.remove("sslmode")).orElse("prefer");
        Optional<Path> rootCertificate =
                Optional.ofNullable(parameters.remove("sslrootcert")).map(Path::of);
        if (!parameters.isEmpty()) {
            throw new IllegalArgumentException("a database URL takes the parameters sslmode and sslrootcert only");
        }
        return new DatabaseUrl(
                uri.getHost(),
                uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
                uri.getRawPath().isEmpty() ? "" : decode(uri.getRawPath().substring(1)),
                decode(userInfo.substring(0, colon)),
                decode(userInfo.substring(colon + 1)),
                SslMode.parse(sslMode),
                rootCertificate);
    }

    /** The same database, as somebody else. */
    public DatabaseUrl as(String otherUser, String itsPassword) {
        return new DatabaseUrl(host, port, database, otherUser, itsPassword, sslMode, sslRootCertificate);
    }

    /** Another database of the same server. */
    public DatabaseUrl database(String other) {
        return new DatabaseUrl(host, port, other, user, password, sslMode, sslRootCertificate);
    }

    /** For the JDBC driver, together with {@link #jdbcProperties()}; holds no password. */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + host + ":" + port + "/" + encode(database);
    }

    /** Login and transport security, as the JDBC driver names them. */
    public Properties jdbcProperties() {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("sslmode", sslMode.text());
        // Without a file of its own, the driver would look for one in the home folder rather than ask the platform.
        if (sslRootCertificate.isPresent()) {
            properties.setProperty("sslrootcert", sslRootCertificate.get().toString());
        } else if (sslMode == SslMode.VERIFY_CA || sslMode == SslMode.VERIFY_FULL) {
            properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
        }
        return properties;
    }

    /** For the reactive client. */
    public PgConnectOptions connectOptions() {
        PgConnectOptions options = new PgConnectOptions()
                .setHost(hostAddress())
                .setPort(port)
                .setDatabase(database)
                .setUser(user)
                .setPassword(password)
                .setSslMode(io.vertx.pgclient.SslMode.valueOf(sslMode.name()));
        sslRootCertificate.ifPresent(
                file -> options.setPemTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
        return switch (sslMode) {
            case DISABLE, VERIFY_CA -> options;
            case PREFER, REQUIRE -> options.setTrustAll(sslRootCertificate.isEmpty());
            case VERIFY_FULL -> options.setHostnameVerificationAlgorithm("HTTPS");
        };
    }

    /** Who and where, without the password. */
    @Override
    public String toString() {
        return "postgresql://" + encode(user) + ":***@" + host + ":" + port + "/" + encode(database) + "?sslmode="
                + sslMode.text();
    }

    private String hostAddress() {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException quotesTheText) {
            throw malformed();
        }
    }

    private static Map<String, String> parameters(@Nullable String query) {
        Map<String, String> parameters = new TreeMap<>();
        if (query != null) {
            for (String pair : query.split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals < 0
                        || parameters.put(pair.substring(0, equals), decode(pair.substring(equals + 1))) != null) {
                    throw malformed();
                }
            }
        }
        return parameters;
    }

    private static String decode(String text) {
        // A URI's plus sign is a plus sign; only forms make it a space.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException(
                "a database URL is of the form postgresql://user:password@host:port/database?sslmode=require,"
                        + " with %40 for an @ in a password");
    }
}
