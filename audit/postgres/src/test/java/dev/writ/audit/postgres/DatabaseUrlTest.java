package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {

    @Test
    void readsEveryPart() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://me:p%40ss+w%2Frd@db.example.com:5433/writ"
                + "?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem");

        assertThat(url.host()).isEqualTo("db.example.com");
        assertThat(url.port()).isEqualTo(5433);
        assertThat(url.database()).isEqualTo("writ");
        assertThat(url.user()).isEqualTo("me");
        assertThat(url.password()).isEqualTo("p@ss+w/rd");
        assertThat(url.sslMode()).isEqualTo(DatabaseUrl.SslMode.VERIFY_FULL);
        assertThat(url.sslRootCertificate()).contains(Path.of("/etc/ca.pem"));
    }

    @Test
    void assumesWhatLibpqAssumes() {
        DatabaseUrl url = DatabaseUrl.parse("postgres://me:secret@localhost/writ");

        assertThat(url.port()).isEqualTo(5432);
        assertThat(url.sslMode()).isEqualTo(DatabaseUrl.SslMode.PREFER);
    }

    @Test
    void bothClientsAreToldTheSame() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://me:secret@[::1]:5433/writ?sslmode=require");

        assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://[::1]:5433/writ");
        assertThat(url.jdbcProperties()).containsEntry("user", "me").containsEntry("sslmode", "require");
        assertThat(url.connectOptions().getHost()).isEqualTo("::1");
        assertThat(url.connectOptions().getSslMode()).isEqualTo(io.vertx.pgclient.SslMode.REQUIRE);
    }

    @Test
    void verifyFullComparesTheHostName() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://me:secret@db/writ?sslmode=verify-full");

        assertThat(url.connectOptions().getHostnameVerificationAlgorithm()).isEqualTo("HTTPS");
        assertThat(url.connectOptions().isTrustAll()).isFalse();
    }

    @Test
    void neverTellsThePassword() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://me:geheim@db/writ");

        assertThat(url).hasToString("postgresql://me:***@db:5432/writ?sslmode=prefer");
        assertThat(url.jdbcUrl()).doesNotContain("geheim");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "geheim",
                "mysql://me:geheim@db/writ",
                "postgresql://db/writ?password=geheim",
                "postgresql://me@db/geheim",
                "postgresql://me:geheim@/writ",
                "postgresql://me:geheim@db",
                "postgresql://me:geheim@db/",
                "postgresql://me:geheim@db:0/writ",
                "postgresql://me:geheim@db:99999/writ",
                "postgresql://me:ge heim@db/writ",
                "postgresql://me:geheim@db/writ?sslmode=maybe",
                "postgresql://me:geheim@db/writ?options=-c",
                "postgresql://me:geheim@db/writ?sslmode=require&sslmode=disable"
            })
    void refusesAnythingElseWithoutRepeatingIt(String text) {
        assertThatThrownBy(() -> DatabaseUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a database URL")
                .hasMessageNotContaining("geheim");
    }
}
