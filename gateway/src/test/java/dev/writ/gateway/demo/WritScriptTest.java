package dev.writ.gateway.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script at the root of the repository, run in a made-up checkout with a made-up Java and Maven. */
class WritScriptTest {

    private static final List<String> TOOLS =
            List.of("awk", "dirname", "find", "head", "mkdir", "readlink", "sed", "touch");
    private static final String JAVA =
            "case \"$*\" in *-version) echo 'openjdk version \"17.0.15\" 2025-04-15' >&2 ;; *) printf '<%s>' \"$@\" ;; esac";
    private static final String MAVEN =
            "case \"$*\" in -v) echo 'Apache Maven 3.8.7' ;; *) mkdir -p gateway/target/quarkus-app"
                    + " && touch gateway/target/quarkus-app/quarkus-run.jar ;; esac";

    @TempDir
    private Path temp;

    private Path checkout;
    private Path bin;

    @BeforeEach
    void makeCheckout() throws IOException {
        bin = Files.createDirectory(temp.resolve("bin"));
        for (String tool : TOOLS) {
            install(tool, "PATH=/usr/bin:/bin exec " + tool + " \"$@\"");
        }
        checkout = Files.createDirectories(temp.resolve("a check out"));
        for (String folder : List.of(".mvn", "rules", "connectors", "audit", "gateway/src/main")) {
            Files.createDirectories(checkout.resolve(folder));
        }
        Files.writeString(checkout.resolve("pom.xml"), "<project/>");
        Files.copy(Path.of("..", "writ"), checkout.resolve("writ"));
        install("java", JAVA);
        install("javac", "");
        install("mvn", MAVEN);
    }

    @Test
    void buildsOnceAndHandsEveryArgumentOn() throws Exception {
        Run first = writ("audit", "verify", "two words");
        Run second = writ("--help");

        assertThat(first.status()).isZero();
        assertThat(first.err()).isEqualTo("building Writ (first time, some minutes)...\n");
        assertThat(first.out())
                .endsWith("<-jar><" + checkout
                        + "/gateway/target/quarkus-app/quarkus-run.jar><audit><verify><two words>");
        assertThat(second.err()).isEmpty();
        assertThat(second.out()).endsWith("<--help>");
    }

    @Test
    void buildsAgainWhenASourceIsNewer() throws Exception {
        writ("--help");
        Path source = Files.createFile(checkout.resolve("gateway/src/main/Changed.java"));
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));

        assertThat(writ("--help").err()).isEqualTo("building Writ (its sources changed)...\n");
    }

    @Test
    void doesNotBuildAgainForATest() throws Exception {
        writ("--help");
        Path test =
                Files.createDirectories(checkout.resolve("gateway/src/test")).resolve("ChangedTest.java");
        Files.setLastModifiedTime(
                Files.createFile(test), FileTime.from(Instant.now().plusSeconds(60)));

        assertThat(writ("--help").err()).isEmpty();
    }

    @Test
    void findsItsCheckoutThroughSymbolicLinksFromAnywhere() throws Exception {
        Path links = Files.createDirectory(temp.resolve("links"));
        Files.createSymbolicLink(links.resolve("absolute"), checkout.resolve("writ"));
        Files.createSymbolicLink(links.resolve("relative"), Path.of("absolute"));

        Run run = run(Map.of(), List.of(links.resolve("relative").toString(), "serve"));

        assertThat(run.out()).contains(checkout.toString()).endsWith("<serve>");
    }

    @Test
    void letsJavaOptsOverrideItsOwn() throws Exception {
        Run run = run(
                Map.of("JAVA_OPTS", "-Xmx1g -Da=b"),
                List.of(checkout.resolve("writ").toString()));

        assertThat(run.out()).contains("<-Xmx512m>").contains("<-Xmx1g><-Da=b><-jar>");
    }

    @Test
    void prefersTheJavaOfJavaHome() throws Exception {
        Path home = temp.resolve("jdk 21");
        Files.createDirectories(home.resolve("bin"));
        install(home.resolve("bin"), "java", JAVA + "; echo from-home");
        install(home.resolve("bin"), "javac", "");

        Run run = run(
                Map.of("JAVA_HOME", home.toString()),
                List.of(checkout.resolve("writ").toString()));

        assertThat(run.out()).contains("from-home");
    }

    @Test
    void saysInOneLineThatJavaIsMissing() throws Exception {
        Files.delete(bin.resolve("java"));

        assertStops("writ: no Java found; install a JDK 17 or newer, or set JAVA_HOME\n");
    }

    @Test
    void saysInOneLineThatJavaHomeIsWrong() throws Exception {
        Run run = run(
                Map.of("JAVA_HOME", "/nowhere"),
                List.of(checkout.resolve("writ").toString()));

        assertThat(run).isEqualTo(new Run(1, "", "writ: JAVA_HOME is /nowhere, but there is no bin/java in it\n"));
    }

    @Test
    void saysInOneLineThatJavaIsTooOld() throws Exception {
        install("java", "echo 'java version \"1.8.0_402\"' >&2");

        assertStops("writ: " + bin + "/java is not Java 17 or newer, which Writ needs\n");
    }

    @Test
    void saysInOneLineThatTheCompilerIsMissing() throws Exception {
        Files.delete(bin.resolve("javac"));

        assertStops("writ: " + bin + "/java is a runtime only; building Writ needs a JDK 17 or newer\n");
    }

    @Test
    void saysInOneLineThatMavenIsMissing() throws Exception {
        Files.delete(bin.resolve("mvn"));

        assertStops("writ: no Maven found; building Writ needs Maven 3.8.7 or newer on the PATH\n");
    }

    @Test
    void saysInOneLineThatMavenIsTooOld() throws Exception {
        install("mvn", "echo 'Apache Maven 3.6.3'");

        assertStops("writ: Maven 3.6.3 is too old; building Writ needs 3.8.7 or newer\n");
    }

    @Test
    void needsNoMavenOnceItIsBuilt() throws Exception {
        writ("--help");
        Files.delete(bin.resolve("mvn"));

        assertThat(writ("--help").status()).isZero();
    }

    @Test
    void namesTheLogOfAFailedBuild() throws Exception {
        install("mvn", "case \"$*\" in -v) echo 'Apache Maven 4.0.0' ;; *) echo 'it broke'; exit 1 ;; esac");

        Run run = writ("demo");

        Path log = checkout.resolve("target/build.log");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).endsWith("writ: the build failed; " + log + " says why\n");
        assertThat(log).hasContent("it broke");
    }

    @Test
    void saysInOneLineThatItCannotWriteItsFolder() throws Exception {
        Files.createFile(checkout.resolve("target"));

        assertStops("writ: cannot write to " + checkout + "/target\n");
    }

    private void assertStops(String message) throws Exception {
        assertThat(writ("demo")).isEqualTo(new Run(1, "", message));
    }

    private Run writ(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(checkout.resolve("writ").toString()));
        command.addAll(List.of(arguments));
        return run(Map.of(), command);
    }

    private Run run(Map<String, String> environment, List<String> command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).directory(temp.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", bin.toString());
        builder.environment().putAll(environment);
        Path err = temp.resolve("stderr");
        Process process = builder.redirectError(err.toFile()).start();
        try (InputStream out = process.getInputStream()) {
            String text = new String(out.readAllBytes(), UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return new Run(process.exitValue(), text, Files.readString(err));
        }
    }

    private void install(String name, String body) throws IOException {
        install(bin, name, body);
    }

    private static void install(Path folder, String name, String body) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private record Run(int status, String out, String err) {}
}
