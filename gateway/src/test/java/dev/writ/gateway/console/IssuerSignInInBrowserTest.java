package dev.writ.gateway.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.TestIssuer;
import dev.writ.gateway.WritTest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signing in by way of an issuer in a real browser, which has its own mind about cookies, redirects and policies. */
@WritTest
class IssuerSignInInBrowserTest {

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private static Chromium chromium;

    private final Fixture gateway = Bank.shared().fixture();
    private final String ann = "ann-" + UUID.randomUUID();
    private final String handle = "person-" + UUID.randomUUID();
    private final List<String> complaints = new ArrayList<>();
    private BrowserContext context;
    private Page page;

    @BeforeAll
    static void launch() {
        chromium = Chromium.start();
    }

    @AfterAll
    static void close() {
        Optional.ofNullable(chromium).ifPresent(Chromium::close);
    }

    @BeforeEach
    void open() {
        context = chromium.context(gateway.admin.baseUrl(), 1440, ColorScheme.LIGHT);
        page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
    }

    @AfterEach
    void leave() {
        context.close();
    }

    private void register() {
        gateway.admin
                .post(
                        "/v1/keys",
                        Map.of(
                                "principal",
                                handle,
                                "roles",
                                List.of("auditor"),
                                "token",
                                Map.of(
                                        "issuer",
                                        TestIssuer.shared()
                                                .claims(Instant.now())
                                                .get("iss"),
                                        "client",
                                        "console",
                                        "subject",
                                        ann)))
                .then()
                .statusCode(201);
    }

    /** From a page of the console to the issuer's, by the link there is. */
    private void go(String wanted) {
        page.navigate(wanted);
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Sign in with Test & Sons"))
                .click();
        page.waitForURL("**/authorize?**");
    }

    private void logIn() {
        page.getByLabel("You are").fill(ann);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Log in"))
                .click();
    }

    @Test
    void whoLogsInThereLandsOnThePageTheyWanted() {
        register();
        go("/console/decisions?agent=nobody");
        logIn();

        page.waitForURL("**/console/decisions?agent=nobody");
        assertThat(page.locator("header")).containsText(handle);
        assertThat(context.cookies())
                .extracting(cookie -> cookie.name)
                .contains("writ-console")
                .doesNotContain("writ-sign-in");
        page.reload();
        assertThat(page.locator("header")).containsText(handle);
        assertThat(complaints).isEmpty();
    }

    @Test
    void whoLoggedOutHereLogsInThereAgain() {
        register();
        go("/console/log");
        logIn();
        page.waitForURL("**/console/log");

        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign out"))
                .click();
        page.waitForURL("**/console/sign-in");
        go("/console/log");
        logIn();

        page.waitForURL("**/console/log");
        assertThat(page.locator("header")).containsText(handle);
    }

    @Test
    void whoGoesBackAfterwardsSignsNobodyIn() {
        register();
        go("/console/log");
        logIn();
        page.waitForURL("**/console/log");

        page.goBack();
        page.goBack();
        page.navigate("/console/log");

        assertThat(page.locator("header")).containsText(handle);
    }

    @Test
    void everyPageIsAccessibleAndFitsInBothThemes() {
        look("sign-in", "/console/sign-in?to=%2Fconsole%2Flog");
        look("sign-in-refused", "/console/sign-in/test/callback?state=x&code=y");
        for (ColorScheme theme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : new int[] {390, 1440}) {
                page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(theme));
                page.setViewportSize(width, 900);
                go("/console/log");
                logIn();
                page.waitForURL(Pattern.compile(".*/console/sign-in/test/callback.*"));
                assertThat(page.locator("h1")).hasText("Not registered");
                shoot("sign-in-not-registered", width, theme);
            }
        }
    }

    private void look(String name, String path) {
        for (ColorScheme theme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(theme));
            for (int width : new int[] {390, 1440}) {
                page.setViewportSize(width, 900);
                page.navigate(path);
                shoot(name, width, theme);
            }
        }
    }

    private void shoot(String name, int width, ColorScheme theme) {
        String shot = name + "-" + width + "-" + theme.name().toLowerCase(Locale.ROOT);
        page.screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(SCREENSHOTS.resolve(shot + ".png")));
        assertThat(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
                .as(shot)
                .isEqualTo(true);
        assertThat(Chromium.barriers(page)).as(shot).isEmpty();
    }
}
