package dev.writ.connect.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.Succeeded;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The certificate must be trusted and be the host's, although the connection is made by address. */
final class TlsTest {

    private static final String STORE_PASSWORD = "not-a-secret";
    private static final List<String> SERVER_NAMES = new CopyOnWriteArrayList<>();
    private static final Vertx VERTX = Vertx.vertx();

    @TempDir
    private static Path folder;

    private static HttpServer server;
    private static String certificate;

    @BeforeAll
    static void startServer() throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve("server.p12");
        makeKey(store);
        certificate = certificateIn(store);
        HttpServerOptions options = new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(0)
                .setSsl(true)
                .setSni(true)
                .setKeyCertOptions(new PfxOptions().setPath(store.toString()).setPassword(STORE_PASSWORD));
        server = VERTX.createHttpServer(options)
                .requestHandler(request -> {
                    SERVER_NAMES.add(request.connection().indicatedServerName());
                    request.response()
                            .putHeader("Content-Type", "application/json")
                            .end("{}");
                })
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** The JDK makes certificates only through its tool. */
    private static void makeKey(Path store) throws IOException, InterruptedException {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=billing.test",
                        "-ext",
                        "san=dns:billing.test",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        STORE_PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor()).isZero();
    }

    private static String certificateIn(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, STORE_PASSWORD.toCharArray());
        }
        String base64 = Base64.getMimeEncoder()
                .encodeToString(keys.getCertificate("server").getEncoded());
        return "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
    }

    @AfterAll
    static void stopServer() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @BeforeEach
    void forget() {
        SERVER_NAMES.clear();
    }

    private static ToolResult call(String host, UnaryOperator<HttpConnectorSettings.Builder> change) {
        URI url = URI.create("https://" + host + ":" + server.actualPort());
        try (OpenConnector open = new OpenConnector(url, change, vertx -> new FixedResolver("127.0.0.1"))) {
            return open.call("list_refunds", "{\"customer\":\"c1\"}");
        }
    }

    @Test
    void talksToAHostThatProvesItsName() {
        ToolResult result = call("billing.test", settings -> settings.trustedCertificates(certificate));
        assertThat(result).isInstanceOf(Succeeded.class);
        assertThat(SERVER_NAMES).containsExactly("billing.test");
    }

    @Test
    void sendsNothingToAHostThatProvesAnotherName() {
        ToolResult result = call("payments.test", settings -> settings.trustedCertificates(certificate));
        assertThat(result).isInstanceOf(Failed.class);
        assertThat(SERVER_NAMES).isEmpty();
    }

    @Test
    void sendsNothingToAHostThatNobodyVouchesFor() {
        ToolResult result = call("billing.test", settings -> settings);
        assertThat(result).isInstanceOf(Failed.class);
        assertThat(SERVER_NAMES).isEmpty();
    }
}
