package page

import (
	"io"
	"strings"

	"github.com/rootline/rootline"
)

// Install is the page from which a phone installs the root certificate of the gateway's own CA.
type Install struct {
	// Fingerprint is the SHA-256 of the certificate, upper-case hexadecimal digits in pairs with spaces between them.
	Fingerprint string
	// Certificate and Profile are the paths of the certificate and of the same as Apple's devices take it.
	Certificate, Profile string
	// Site is the address to open afterwards.
	Site string
	// Ends is the day on which the certificate ends, "2036-01-31".
	Ends string
}

// Rows are the fingerprint in rows of eight bytes, which can be compared with a finger on the screen.
func (i Install) Rows() []string {
	var rows []string
	for bytes := strings.Fields(i.Fingerprint); len(bytes) > 0; {
		n := min(8, len(bytes))
		rows = append(rows, strings.Join(bytes[:n], " "))
		bytes = bytes[n:]
	}
	return rows
}

var installPage = parse("install.tmpl")

// InstallPath is the path of the page.
const InstallPath = "/install"

// RenderInstall writes the page.
func RenderInstall(w io.Writer, lang string, install Install) error {
	v := installView{view: newView(lang, rootline.Text{}), Install: install, I: &installEnglish}
	if v.Lang == Chinese {
		v.I = &installChinese
	}
	v.Path, v.Heading = InstallPath, v.I.Title
	return v.write(w, v, installPage)
}

// installView is a view with the page's own words.
type installView struct {
	view
	Install Install
	I       *installWords
}

// installWords are the words of the page in one language.
type installWords struct {
	Title, Why, Limits             string
	Compare, CompareSays, Mismatch string
	Android, Apple, Computer       string
	AndroidGet, AppleGet           string
	AndroidSteps, AppleSteps       []string
	ComputerSays                   string
	Then, Open, Remove             string
}

var installEnglish = installWords{
	Title:       "Let this phone trust the gateway",
	Why:         "The camera and the keys of a phone work only over HTTPS. No public authority can vouch for a machine on a local network, so this gateway has an authority of its own. Install its certificate once; it holds until %s.",
	Limits:      "The certificate is good for this machine's names and for addresses of local networks, and for no other site.",
	Compare:     "First compare the fingerprint",
	CompareSays: "This page itself comes without protection. Compare these digits (SHA-256) with those that the gateway printed when it was started, and with what the phone shows before it installs the certificate.",
	Mismatch:    "If they differ, stop and ask whoever runs the gateway.",
	Android:     "Android", Apple: "iPhone and iPad", Computer: "Computers",
	AndroidGet: "Download the certificate", AppleGet: "Download the profile",
	AndroidSteps: []string{
		"Download the certificate. The phone may say that it has to be installed in the settings.",
		"Open Settings and search for “CA certificate”. It is under Security, then Encryption and credentials, then Install a certificate.",
		"Choose CA certificate, then Install anyway, and pick the downloaded file.",
	},
	AppleSteps: []string{
		"Open this page in Safari and download the profile.",
		"Open Settings, tap Profile Downloaded, then Install.",
		"Open Settings, General, About, Certificate Trust Settings, and switch the certificate on.",
	},
	ComputerSays: "Import the certificate as an authority: in the keychain on macOS, under Trusted Root Certification Authorities on Windows, in the browser's own settings for Firefox and on Linux.",
	Then:         "Then open the site", Open: "Open %s",
	Remove: "To remove it, look for “Rootline local CA” where you installed it.",
}

var installChinese = installWords{
	Title:       "让手机信任此网关",
	Why:         "手机的摄像头和密钥只能在 HTTPS 下使用。公共机构无法为局域网中的机器作证，因此本网关自带证书机构。只需安装一次其证书，有效期至 %s。",
	Limits:      "该证书仅对本机名称和局域网地址有效，对其他任何网站无效。",
	Compare:     "请先核对指纹",
	CompareSays: "本页面本身没有加密保护。请将下列数字（SHA-256）与网关启动时显示的指纹核对，并与手机在安装证书前显示的指纹核对。",
	Mismatch:    "如不一致，请停止操作并询问网关管理员。",
	Android:     "安卓手机", Apple: "iPhone 和 iPad", Computer: "电脑",
	AndroidGet: "下载证书", AppleGet: "下载描述文件",
	AndroidSteps: []string{
		"下载证书。手机可能提示需在设置中安装。",
		"打开“设置”，搜索“CA 证书”。它位于“安全”下的“加密与凭据”中的“安装证书”。",
		"选择“CA 证书”，点击“仍然安装”，再选择下载的文件。",
	},
	AppleSteps: []string{
		"用 Safari 打开本页面，下载描述文件。",
		"打开“设置”，点击“已下载描述文件”，然后点击“安装”。",
		"打开“设置”—“通用”—“关于本机”—“证书信任设置”，启用该证书。",
	},
	ComputerSays: "将证书导入为受信任的证书机构：macOS 在“钥匙串”中，Windows 在“受信任的根证书颁发机构”中，Firefox 和 Linux 在浏览器设置中。",
	Then:         "然后打开网站", Open: "打开 %s",
	Remove: "如需移除，请在安装处查找“Rootline local CA”。",
}
