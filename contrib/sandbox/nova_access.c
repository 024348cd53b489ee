/*
 * Getting at a Nova server: console log, remote console, Windows password (ecs.md 14.4 to 14.6).
 */
#include <string.h>

#include "contrib/sandbox/nova.h"

#define REMOTE_CONSOLES_SINCE 6
#define CIPHERTEXT 256 /* bytes of one RSA block */

static bool runs(const Server *server)
{
	static const char *const running[] = { "active", "resized", "rescued", NULL };

	return g_strv_contains(running, server->vm);
}

/* ---- console log ---- */

static const char *const boot_lines[] = {
	"Linux version 6.1.0-18-cloud-amd64 (sandbox@build) #1 SMP PREEMPT_DYNAMIC",
	"Command line: BOOT_IMAGE=/boot/vmlinuz root=/dev/vda1 ro console=ttyS0,115200",
	"BIOS-provided physical RAM map:",
	"DMI: OpenStack Foundation OpenStack Nova, BIOS 1.16.2-1 04/01/2014",
	"Hypervisor detected: KVM",
	"kvm-clock: Using msrs 4b564d01 and 4b564d00",
	"ACPI: Early table checksum verification disabled",
	"Zone ranges: DMA [mem 0x1000-0xffffff] DMA32 [mem 0x1000000-0xffffffff]",
	"PM: hibernation: Registered nosave memory: [mem 0x00000000-0x00000fff]",
	"Booting paravirtualized kernel on KVM",
	"Memory: 1002908K/1048052K available (14342K kernel code, 2342K rwdata, 9064K rodata)",
	"rcu: Hierarchical RCU implementation.",
	"NR_IRQS: 524544, nr_irqs: 256, preallocated irqs: 16",
	"Console: colour VGA+ 80x25",
	"printk: console [ttyS0] enabled",
	"tsc: Detected 2600.000 MHz processor",
	"pid_max: default: 32768 minimum: 301",
	"SELinux:  Initializing.",
	"Mount-cache hash table entries: 2048 (order: 2, 16384 bytes, linear)",
	"smpboot: CPU0: Intel Xeon Processor (Cascadelake)",
	"NET: Registered PF_NETLINK/PF_ROUTE protocol family",
	"PCI: Using configuration type 1 for base access",
	"clocksource: Switched to clocksource kvm-clock",
	"NET: Registered PF_INET protocol family",
	"virtio_blk virtio2: [vda] 83886080 512-byte logical blocks (42.9 GB/40.0 GiB)",
	" vda: vda1",
	"virtio_net virtio0 eth0: renamed from ens3",
	"EXT4-fs (vda1): mounted filesystem with ordered data mode. Quota mode: none.",
	"systemd[1]: Detected virtualization kvm.",
	"systemd[1]: Hostname set.",
	"systemd[1]: Reached target local-fs.target - Local File Systems.",
	"systemd[1]: Started systemd-journald.service - Journal Service.",
	"systemd[1]: Finished cloud-init-local.service - Initial cloud-init job (pre-networking).",
	"cloud-init[612]: Cloud-init v. 22.4.2 running 'init'",
	"cloud-init[612]: ci-info: ++++++++++++++++ Net device info ++++++++++++++++",
	"cloud-init[612]: Generating public/private ed25519 key pair.",
	"cloud-init[655]: Cloud-init v. 22.4.2 running 'modules:config'",
	"systemd[1]: Started ssh.service - OpenBSD Secure Shell server.",
	"cloud-init[689]: Cloud-init v. 22.4.2 running 'modules:final'",
	"systemd[1]: Reached target multi-user.target - Multi-User System.",
};

static void write_boot(GString *log, const Server *server, int64_t at)
{
	g_string_append_printf(log, "[    0.000000] booted %s\n", time_z(at));
	for (unsigned i = 0; i < G_N_ELEMENTS(boot_lines); i++)
		g_string_append_printf(log, "[%5u.%06u] %s\n", i / 8,
				       (unsigned)(text_hash(server->key, boot_lines[i]) % 1000000),
				       boot_lines[i]);
	g_string_append_printf(log, "\n%s %s ttyS0\n\n", server->image->name,
			       server_hostname(server));
}

/* One boot when it was made, one for each that followed */
static char *console_log(const Server *server)
{
	static const char *const boots[] = { "start", "reboot", "rebuild", NULL };
	GString *log = g_string_new(NULL);

	write_boot(log, server, server->launched);
	for (unsigned i = 0; server->events && i < server->events->len; i++) {
		const Event *event = server->events->pdata[i];
		if (g_strv_contains(boots, event->action) && event->finish <= clock_now())
			write_boot(log, server, event->finish);
	}
	g_string_append_printf(log, "%s login: ", server_hostname(server));
	return g_string_free(log, FALSE);
}

/* Where the last @lines lines of @log begin */
static const char *tail(const char *log, int lines)
{
	const char *at = log + strlen(log);

	for (int n = 0; at > log && (at[-1] != '\n' || ++n < lines);)
		at--;
	return at;
}

/* A number, also as a string, as in the documented sample; -1 is all */
static bool take_length(const cJSON *length, int *lines)
{
	*lines = -1;
	if (!length || cJSON_IsNull(length))
		return true;
	if (cJSON_IsString(length))
		return (strcmp(length->valuestring, "-1") == 0 ||
			text_int(length->valuestring, lines)) &&
		       *lines >= -1;
	if (!json_is_int(length) || length->valueint < -1)
		return false;
	*lines = length->valueint;
	return true;
}

int64_t nova_console_output(Request *req, Server *server, const cJSON *argument)
{
	int lines;

	if (!take_length(json_get(argument, "length"), &lines))
		return fail_nova(req, 400, "Invalid input for field/attribute length.");
	if (!server->launched)
		return fail_nova(req, 404, "Unable to get console");
	if (!runs(server))
		return fail_nova(req, 409, "Instance %s is not ready", server->id);
	g_autofree char *log = console_log(server);
	reply(req, 200, "{'output':%s}", lines < 0 ? log : lines == 0 ? "" : tail(log, lines));
	return 0;
}

/* ---- remote console ---- */

void nova_console_reply(Request *req)
{
	g_autofree char *url =
		g_strdup_printf("%s:8002/vnc_auto.html?token=%s&lang=EN",
				"https://nova-novncproxy.sandbox.example.com", world_uuid());
	reply(req, 200, "{'remote_console':{'protocol':'vnc','type':'novnc','url':%s}}", url);
}

void nova_remote_console(Request *req)
{
	const Server *server = nova_server(req);
	const cJSON *body = NULL;

	if (server && req->microversion < REMOTE_CONSOLES_SINCE) {
		fail_nova(req, 404, "The resource could not be found.");
		return;
	}
	body = server ? nova_body(req) : NULL;
	if (!body)
		return;
	const cJSON *wanted = json_get(body, "remote_console");
	if (g_strcmp0(json_string(wanted, "protocol"), "vnc") != 0 ||
	    g_strcmp0(json_string(wanted, "type"), "novnc") != 0) {
		fail_nova(req, 400, "Invalid input for field/attribute remote_console.");
		return;
	}
	if (!runs(server)) {
		fail_nova(req, 409, "Instance %s is not ready", server->id);
		return;
	}
	nova_console_reply(req);
}

/* ---- password ---- */

/* Ciphertext, base64: of nothing, since the sandbox holds no key that would open it */
static char *ciphertext(const Server *server)
{
	guchar bytes[CIPHERTEXT];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (guchar)text_hash(server->key + server->system_disks + i, "password");
	return g_base64_encode(bytes, sizeof bytes);
}

static bool has_password(const Server *server)
{
	return server->launched && !server->password_cleared && server->key_name &&
	       strcmp(server->image->os_type, "Windows") == 0;
}

void nova_password_get(Request *req)
{
	const Server *server = nova_server(req);

	if (!server)
		return;
	g_autofree char *text = has_password(server) ? ciphertext(server) : g_strdup("");
	reply(req, 200, "{'password':%s}", text);
}

void nova_password_delete(Request *req)
{
	Server *server = nova_server(req);

	if (!server || !nova_unlocked(req, server))
		return;
	server->password_cleared = true;
	reply_empty(req, 204);
}
